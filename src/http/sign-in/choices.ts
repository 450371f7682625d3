// What a provider is asked right after sign-in (`after_sign_in`): which of several accounts the token reaches.
import { originOf, sendJson } from '../../backends/index.ts'
import { fillAddress } from '../../credentials/sign-in-address.ts'
import { getter, isObject, parsePath } from '../../mapping/path.ts'
import type { Credentials } from '../../store/index.ts'
import type { HttpServices } from '../context.ts'
import { type OpenedIntegration, unstored } from './unstored-account.ts'

/** One of the accounts: what a person reads, and what is kept of it. */
export interface Choice {
  readonly id: string
  readonly label: string
  readonly kept: Readonly<Record<string, string>>
}

/** Accounts that are offered at most; a person can read no more. */
const MANY = 200
const LONGEST = 255

const at = (path: string): ((source: unknown) => unknown) => {
  const steps = parsePath(path)
  return steps ? getter(steps) : () => undefined
}
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

/** The accounts of an answer. One without a member that is to be kept is no account. */
function choicesIn(body: unknown, spec: NonNullable<OpenedIntegration['provider']['after_sign_in']>): Choice[] {
  const list = spec.list === undefined ? body : at(spec.list)(body)
  const { label: labelPath = '', ...paths } = spec.choose
  const label = at(labelPath)
  const readers = Object.entries(paths).map(([name, path]) => [name, at(path)] as const)
  return (Array.isArray(list) ? list : isObject(list) ? [list] : []).slice(0, MANY).flatMap((each: unknown, i) => {
    const counts = Object.entries(spec.where ?? {}).every(([path, value]) => at(path)(each) === value)
    const kept = readers.map(([name, read]) => [name, textOf(read(each))] as const)
    if (!counts || kept.some(([, value]) => value === undefined || value.length > LONGEST)) return []
    const values = Object.fromEntries(kept) as Record<string, string>
    const shown = textOf(label(each)) ?? Object.values(values)[0] ?? ''
    return [{ id: String(i), label: shown.slice(0, LONGEST), kept: values }]
  })
}

/**
 * Asks a provider which accounts the new credentials reach. Answers none where the provider's file names no such
 * request, and why where it could not be asked.
 */
export async function choicesOf(
  services: HttpServices,
  opened: OpenedIntegration,
  account: { credentials: Credentials; config: Readonly<Record<string, unknown>>; id: string },
): Promise<{ choices: Choice[] } | { failed: string } | undefined> {
  const spec = opened.provider.after_sign_in
  if (!spec) return undefined
  const { renewToken: _, ...rest } = services
  const context = unstored(opened, account)
  const named = fillAddress(spec.get, account.config)
  // Where the integration has an address of its own, that stands for all of the provider's.
  const base = opened.integration.config.base_url === undefined ? undefined : originOf(context)
  const url =
    named === undefined || base === undefined ? named : `${base}${new URL(named).pathname}${new URL(named).search}`
  if (url === undefined) return { failed: 'The address to ask for the account cannot be built from the answers.' }
  const sent = await sendJson(rest, context, { method: 'GET', url, headers: {} }, { repeatable: true })
  if ('failure' in sent) return { failed: 'The provider could not be asked which accounts there are.' }
  const { status, body } = sent.response
  if (status >= 400) return { failed: `The provider did not say which accounts there are (status ${status}).` }
  const choices = choicesIn(body, spec)
  return choices.length > 0 ? { choices } : { failed: 'The sign-in reaches no account that can be connected.' }
}
