import type { HttpResponse } from '../services.ts'

/** Characters below which a credential is too short to be told from other text. */
const TOLD = 8

/** A refusal without the credentials that it was sent: some providers repeat them in what they say is wrong. */
export function withoutSecrets(response: HttpResponse, signature: Readonly<Record<string, string>>): HttpResponse {
  if (response.status < 400) return response
  let { text } = response
  for (const value of Object.values(signature)) {
    const secret = value.slice(value.lastIndexOf(' ') + 1)
    if (secret.length >= TOLD) text = text.replaceAll(secret, '[credential]')
  }
  return { ...response, text }
}
