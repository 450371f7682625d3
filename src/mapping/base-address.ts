import { splitBase } from './request.ts'
import type { ProviderFile } from './schema/index.ts'
import { compileFill, OMIT } from './template.ts'

/** Where the paths of a connection begin: `base` of `provider.json`, filled with what the connection was asked. */
export interface BaseAddress {
  /** Scheme and host; undefined where an answer is missing. */
  readonly origin: string | undefined
  /** What follows them. */
  readonly path: string
  /** The provider's hosts that the connection may be taken to. */
  readonly hosts: readonly string[]
}

/** Whether each customer has a host of their own: its first label comes from what the connection was asked. */
const isOwnOfEach = (base: string): boolean => /^(https:\/\/)?[^./]*\{connection\./.test(splitBase(base).origin)

/** The `base` of connections that sign in so; for most providers it is one for all. */
export const baseFor = ({ base, auth }: Pick<ProviderFile, 'base' | 'auth'>, type: string): string =>
  (type === 'BASIC' ? auth.basic?.base : undefined) ?? base

/** A text of an address with the answers of a connection; undefined where one is missing. */
export function fillAnswers(text: string, answers: Readonly<Record<string, unknown>>): string | undefined {
  const value = compileFill(text, '', { place: 'url', report: () => {} })({ connection: answers })
  return value === OMIT ? undefined : String(value)
}

/** Fills the base of a connection, by how it signs in and what it was asked. */
export function fillBase(
  provider: Pick<ProviderFile, 'base' | 'auth' | 'hosts'>,
  type: string,
  answers: Readonly<Record<string, unknown>>,
): BaseAddress {
  const template = splitBase(baseFor(provider, type))
  const origin = fillAnswers(template.origin, answers)
  const own = origin !== undefined && URL.canParse(origin) ? [new URL(origin).hostname] : []
  // Where a wildcard stands for other customers' hosts, credentials stay on the connection's own.
  const isShared = ![provider.base, baseFor(provider, type), baseFor(provider, 'BASIC')].some(isOwnOfEach)
  const hosts = isShared ? provider.hosts : [...provider.hosts.filter(host => !host.startsWith('*.')), ...own]
  return { origin, path: fillAnswers(template.path, answers) ?? '', hosts }
}
