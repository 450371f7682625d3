import type { Report } from '../report.ts'
import type { FaultKind, FileFault } from './file-fault.ts'

/** Gathers faults: the same sentence about the same file is one fault, which names the further places. */
export interface FaultLog {
  /** Says what is wrong in a file of the provider. */
  in(file: string, kind: FaultKind): Report
  /** Whether a file has a fault of one of these kinds. */
  has(file: string, ...kinds: readonly FaultKind[]): boolean
  all(): FileFault[]
}

/** As many further places as are named. */
const PLACES = 3

export function openFaultLog(id: string): FaultLog {
  const found = new Map<string, { fault: FileFault; pointers: string[] }>()
  return {
    in: (name, kind) => (pointer, message) => {
      const file = `${id}/${name}`
      const known = found.get(`${file} ${message}`)
      if (!known)
        found.set(`${file} ${message}`, {
          fault: { file, pointer, message, kind },
          pointers: [pointer],
        })
      else if (!known.pointers.includes(pointer)) known.pointers.push(pointer)
    },
    has: (name, ...kinds) =>
      [...found.values()].some(({ fault }) => fault.file === `${id}/${name}` && kinds.includes(fault.kind)),
    all: () =>
      [...found.values()].map(({ fault, pointers: [_, ...more] }) => {
        const named = more.slice(0, PLACES).join(', ') + (more.length > PLACES ? ', …' : '')
        return more.length === 0 ? fault : { ...fault, message: `${fault.message} (also ${named})` }
      }),
  }
}
