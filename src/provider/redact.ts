import { Buffer } from 'node:buffer'
import type { HttpResponse } from '../services.ts'
import type { Signature } from './provider-account.ts'

/** Characters of the shortest credential that is looked for: a shorter one could be part of any other text. */
const SHORTEST = 8

/** The credentials in a header that signs: `Bearer <token>`, `Token token=<token>`, `Basic <base64 of name:password>`. */
function secretsIn(value: string): string[] {
  const word = value.slice(value.lastIndexOf(' ') + 1)
  const parts = [word, word.slice(word.search(/[=:]/) + 1)]
  if (/^basic /i.test(value)) parts.push(...Buffer.from(word, 'base64').toString('utf8').split(':'))
  return parts.filter(part => part.length >= SHORTEST)
}

/**
 * A response without the credentials that its request was sent with: some providers repeat them where they say what
 * is wrong. Only of a refusal; a record is answered as it is.
 */
export function withoutSecrets(response: HttpResponse, signature: Signature): HttpResponse {
  if (response.status < 400) return response
  const secrets = Object.values(signature).flatMap(secretsIn)
  const redact = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[credential]'), text)
  const { text, bytes } = response
  // Latin-1 has a character for each byte, so that bytes which are no text stay what they are.
  const redacted = bytes && new Uint8Array(Buffer.from(redact(Buffer.from(bytes).toString('latin1')), 'latin1'))
  return { ...response, text: redact(text), ...(redacted && { bytes: redacted }) }
}
