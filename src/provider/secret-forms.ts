import { Buffer } from 'node:buffer'
import type { ProviderAccount, Signature } from './provider-account.ts'
import { withoutTrailing } from './trailing.ts'

/**
 * Characters of the shortest credential that is looked for in every response: a shorter one, such as a password that
 * somebody chose, may be a word of anybody's records.
 */
const SHORTEST = 16
/** The same in a refusal, which holds no records. */
const SHORTEST_IN_REFUSAL = 8
/** Credentials whose forms are remembered at once; beyond, the one that was seen first is forgotten. */
const REMEMBERED = 1_000

/** A credential, and all that it may look like when what may be escaped in a text is not. */
interface Secret {
  readonly length: number
  readonly forms: readonly string[]
}

/**
 * Base64 of a text wherever it stands in a longer one: three forms, as each three bytes make four characters, and each
 * in both alphabets (RFC 4648, 4 and 5). Characters at the ends that depend on the text around are left out.
 */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
    const whole = bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.byteLength * 8) / 6))
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function secretOf(text: string): Secret {
  const hex = Buffer.from(text).toString('hex')
  // UTF-16 in either order of bytes, without the byte at its end or beginning.
  const forms = [text, ...base64Forms(text), hex, hex.toUpperCase(), [...text].join('\0')]
  return { length: text.length, forms }
}

/**
 * The credentials in a header that signs: `Bearer <token>`, `Token token=<token>`, `Basic <base64 of name:password>`.
 * The name of a `Basic` is somebody's own and stands in records; it is a credential only where there is no password.
 */
function secretsIn(value: string): Secret[] {
  const word = withoutTrailing(value.slice(value.lastIndexOf(' ') + 1), `"',;`).replace(/^["']/, '')
  if (!/^basic /i.test(value)) {
    const named = word.slice(word.search(/[=:]/) + 1).replace(/^["']/, '')
    return [word, ...(named === word ? [] : [named])].map(secretOf)
  }
  const pair = Buffer.from(word, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const password = pair.slice(colon + 1)
  return [
    { length: word.length, forms: [word] },
    secretOf(password.length < SHORTEST_IN_REFUSAL ? pair.slice(0, Math.max(0, colon)) : password),
  ]
}

interface Forms {
  readonly everywhere: readonly string[]
  readonly inRefusals: readonly string[]
}
const remembered = new Map<string, Forms>()

function formsIn(value: string): Forms {
  const known = remembered.get(value)
  if (known) return known
  const secrets = secretsIn(value)
  const longer = (least: number) => [...new Set(secrets.flatMap(({ length, forms }) => (length < least ? [] : forms)))]
  const made = { everywhere: longer(SHORTEST), inRefusals: longer(SHORTEST_IN_REFUSAL) }
  if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value!)
  remembered.set(value, made)
  return made
}

/**
 * What the credentials of a call look like in a response of a status: those of the headers that signed it, but for the
 * headers that are `open`, and those of its query.
 */
export function secretForms(
  signature: Signature,
  status: number,
  { open, signedQuery = {} }: Pick<ProviderAccount, 'open' | 'signedQuery'>,
): readonly string[] {
  const where = status >= 400 ? 'inRefusals' : 'everywhere'
  let all: readonly string[] = []
  const add = (value: string) => {
    const forms = formsIn(value)[where]
    all = all.length === 0 ? forms : [...all, ...forms]
  }
  for (const [name, value] of Object.entries(signature)) if (!open?.has(name)) add(value)
  for (const value of Object.values(signedQuery)) add(value)
  return all
}
