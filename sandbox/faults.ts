import { encodings } from './faults/encoding.ts'
import type { Fault } from './faults/inflict.ts'
import { lines } from './faults/line.ts'
import { pagings } from './faults/page.ts'
import { records } from './faults/record.ts'
import { statuses } from './faults/status.ts'

/** Every way in which a sandbox provider can fail, by its name. docs/sandbox.md says what each does. */
export const faults: Readonly<Record<string, Fault>> = {
  ...statuses,
  ...lines,
  ...encodings,
  ...records,
  ...pagings,
}

/** A fault that is switched on, and the number that it was given. */
export interface Chosen {
  readonly name: string
  readonly argument: number | undefined
}

/** Reads `slow-head` or `slow-head=500`; undefined for what is no fault. */
export function readFault(text: string): Chosen | undefined {
  const [, name = '', number] = /^([a-z0-9-]+)(?:=(\d{1,9}))?$/.exec(text) ?? []
  return Object.hasOwn(faults, name) ? { name, argument: number === undefined ? undefined : Number(number) } : undefined
}

/**
 * Parts the fault from a token that carries one, wherever a header has it: `Bearer secret~slow-body`, also in the
 * password of HTTP Basic. What is no fault stays in the token, so that the sandbox refuses it.
 */
export function partFault(header: string): { header: string; fault: Chosen | undefined } {
  const [, basic] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header) ?? []
  if (basic !== undefined) {
    const parted = partFault(atob(basic))
    return { ...parted, header: `Basic ${btoa(parted.header)}` }
  }
  const at = header.lastIndexOf('~')
  const fault = at < 0 ? undefined : readFault(header.slice(at + 1))
  return fault ? { header: header.slice(0, at), fault } : { header, fault: undefined }
}
