import type { OpenedConnection } from '../../src/store/index.ts'

const MARK = '[redacted]'
/** Headers whose value is always a secret. */
const SECRET = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-api-token)$|token|secret/i
/** Members of credentials that are no secrets. */
const OPEN: ReadonlySet<string> = new Set(['type', 'scopes', 'expires_at', 'client_id'])
/** Characters of the shortest secret that is looked for within a text: a shorter one may be part of any word. */
const LONG = 6

/** Every secret of a connection, its integration and its backend, as it is and percent-encoded. */
export function secretsOf({ credentials, integration }: OpenedConnection): string[] {
  const found = [credentials, integration.credentials ?? {}, integration.backend].flatMap(part =>
    Object.entries(part).flatMap(([name, value]) =>
      typeof value === 'string' &&
      value !== '' &&
      !OPEN.has(name) &&
      !(name === 'host' || name === 'provider_config_key')
        ? [value]
        : [],
    ),
  )
  // The longest first, since one may be part of another.
  return found.flatMap(secret => [secret, encodeURIComponent(secret)]).sort((a, b) => b.length - a.length)
}

export interface Redactor {
  text(text: string): string
  headers(headers: Iterable<readonly [string, string]>): [string, string][]
  /** Redacts the texts of a JSON value, but not the names of its members. */
  value(value: unknown): unknown
}

/** Makes functions that replace secrets in what is shown. */
export function redactor(secrets: readonly string[]): Redactor {
  const text = (given: string): string => {
    if (secrets.includes(given)) return MARK
    return secrets
      .filter(secret => secret.length >= LONG)
      .reduce((rest, secret) => rest.replaceAll(secret, MARK), given)
  }
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given)
    if (Array.isArray(given)) return given.map(value)
    if (typeof given === 'object' && given !== null)
      return Object.fromEntries(Object.entries(given).map(([name, inner]) => [name, value(inner)]))
    return given
  }
  return {
    text,
    value,
    headers: headers => [...headers].map(([name, own]) => [name, SECRET.test(name) ? MARK : text(own)]),
  }
}
