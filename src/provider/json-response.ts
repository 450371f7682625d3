import { type Failure, fail } from '../problem/index.ts'
import type { HttpResponse, ResponseHeaders } from '../services.ts'
import type { Sent } from './client.ts'

/** A provider's response, with its JSON read. */
export interface ProviderResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  /** The parsed JSON; undefined for an empty body. */
  readonly body: unknown
}

/** The JSON of a response; undefined for a body that is none. A refusal without JSON is read as one without a body. */
function parse({ text, status }: HttpResponse): { body: unknown } | undefined {
  if (text === '') return { body: undefined }
  try {
    return { body: JSON.parse(text) }
  } catch {
    return status >= 400 || status === 204 || status === 304 ? { body: undefined } : undefined
  }
}

/** Reads a response whose body is JSON or empty. Fails for any other body, and for a redirect. */
export function readJson(sent: Sent<HttpResponse>, provider: string): Sent<ProviderResponse> | { failure: Failure } {
  const { status, headers } = sent.response
  const failed = (detail: string) => ({ failure: fail('provider-answer-unreadable', { provider, detail }).failure })
  if (status >= 300 && status < 400 && status !== 304)
    return failed('The provider sent the request to another address, which the gateway does not follow.')
  const parsed = parse(sent.response)
  if (!parsed) return failed('The provider’s answer is no JSON.')
  return { ...sent, response: { status, headers, body: parsed.body } }
}
