import { LONGEST_PATTERNED, matchesPattern } from '../mapping/pattern.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { Credentials } from '../store/index.ts'

/** One thing that a person fills in to sign in. */
export interface FormField {
  /** As credentials name it: `apiKey`, `username`, or a name of the provider's own `fields`. */
  readonly name: string
  readonly label: string
  /** Where to find it, in one sentence. */
  readonly help?: string | undefined
  /** A regular expression that the whole text matches, in the notation of an HTML `pattern`. */
  readonly pattern?: string | undefined
  readonly secret: boolean
  readonly required: boolean
  /** Whether it has several lines, as a private key has. */
  readonly multiline?: boolean | undefined
}
/** What a person fills in for one way to sign in. */
export interface Form {
  readonly fields: readonly FormField[]
  readonly help?: string | undefined
  /** The provider's page about it. */
  readonly page?: string | undefined
}
/** What is wrong with one field of a form. */
export interface FormFault {
  readonly name: string
  readonly code: 'required' | 'invalid' | 'unknown'
  readonly detail: string
}

/**
 * A text that a person gave, without the spaces and line ends that come along when it is copied. A password has spaces of
 * its own, and stays as it is.
 */
export const typedIn = (text: string, type: string, isSecret: boolean): string =>
  isSecret && (type === 'BASIC' || type === 'TWO_STEP') ? text : text.trim()

interface Declared {
  readonly label: string
  readonly help?: string | undefined
  readonly pattern?: string | undefined
  readonly secret?: boolean | undefined
}
const fieldOf = (name: string, { label, help, pattern, secret = true }: Declared, required = true): FormField => ({
  name,
  label,
  ...(help !== undefined && { help }),
  ...(pattern !== undefined && { pattern }),
  secret,
  required,
})
const formOf = (fields: readonly FormField[], { help, page }: Omit<Form, 'fields'>): Form => ({
  fields,
  ...(help !== undefined && { help }),
  ...(page !== undefined && { page }),
})

/**
 * The form of a way to sign in, as `auth` of `provider.json` declares it; undefined for one that has none, or that the
 * provider does not know.
 */
export function signInForm({ auth }: Pick<ProviderFile, 'auth'>, type: string): Form | undefined {
  const { api_key, basic, client_credentials, two_step, jwt } = auth
  if (type === 'API_KEY' && api_key)
    return formOf([fieldOf('apiKey', { label: api_key.label ?? 'API key', pattern: api_key.pattern })], api_key)
  if (type === 'BASIC' && basic) {
    const { username, password } = basic
    return formOf(
      [
        fieldOf('username', { label: 'User name', secret: false, ...username }, username !== undefined),
        ...(password === false
          ? []
          : [fieldOf('password', { label: 'Password', ...password }, password !== undefined)]),
      ],
      basic,
    )
  }
  if (type === 'OAUTH2_CC' && client_credentials)
    return formOf(
      [
        fieldOf('client_id', { label: 'Client ID', secret: false }),
        fieldOf('client_secret', { label: 'Client secret' }),
      ],
      client_credentials,
    )
  const own = type === 'TWO_STEP' ? two_step : type === 'JWT' ? jwt : undefined
  return (
    own &&
    formOf(
      Object.entries(own.fields).map(([name, field]) => ({
        ...fieldOf(name, field),
        ...('key' in own && own.key === name && own.algorithm !== 'HS256' && { multiline: true }),
      })),
      own,
    )
  )
}

/** What credentials hold of a form, by the names of its fields. */
export function filledIn(credentials: Credentials): Readonly<Record<string, string>> {
  switch (credentials.type) {
    case 'API_KEY':
      return { apiKey: credentials.apiKey }
    case 'BASIC':
      return { username: credentials.username, password: credentials.password }
    case 'OAUTH2_CC':
      return { client_id: credentials.client_id, client_secret: credentials.client_secret }
    case 'TWO_STEP':
    case 'JWT':
      return credentials.fields
    default:
      return {}
  }
}

/**
 * What is wrong with what was filled in: a field that is missing, that the form does not have, or that its pattern does
 * not allow. No sentence repeats a value.
 */
export function faultsOfForm({ fields }: Form, given: Readonly<Record<string, string>>): FormFault[] {
  const faults = fields.flatMap(({ name, label, pattern, required }): FormFault[] => {
    const text = Object.hasOwn(given, name) ? given[name] : undefined
    if (text === undefined || text === '')
      return required ? [{ name, code: 'required', detail: `${label} is needed.` }] : []
    if (pattern === undefined || matchesPattern(pattern, text)) return []
    const detail =
      text.length > LONGEST_PATTERNED
        ? `At most ${LONGEST_PATTERNED} characters.`
        : `This does not look like what ${label} is: ${pattern} is needed.`
    return [{ name, code: 'invalid', detail }]
  })
  const known = new Set(fields.map(({ name }) => name))
  const surplus = Object.entries(given).filter(([name, text]) => !known.has(name) && text !== '')
  return [
    ...faults,
    ...surplus.map(
      ([name]): FormFault => ({
        name,
        code: 'unknown',
        detail: `The provider asks for no such thing; it asks for ${[...known].join(', ') || 'nothing'}.`,
      }),
    ),
  ]
}
