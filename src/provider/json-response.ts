import { type Failure, fail } from '../problem/index.ts'
import type { HttpResponse, ResponseHeaders } from '../services.ts'
import type { Sent } from './client.ts'
import { parseExact } from './exact-json.ts'
import { hasMoreValues } from './json-text.ts'

/** A provider's response, with its JSON read. */
export interface ProviderResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  /** The parsed JSON; undefined for an empty body. */
  readonly body: unknown
  /** Characters of the body. */
  readonly size?: number
}

/**
 * Objects, lists, members and elements that the JSON of a response may have together: to parse as many takes a few tenths
 * of a second, in which nothing else happens. A page of 200 records with 1,000 fields each has fewer.
 */
const MOST_VALUES = 500_000

/** The JSON of a response; undefined for a body that is none. A refusal without JSON is read as one without a body. */
function parse({ text, status }: HttpResponse): { body: unknown } | undefined {
  if (text === '') return { body: undefined }
  try {
    return { body: parseExact(text) }
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
  // What a refusal says may be told with a character that could not be read, a record may not.
  if (sent.response.isMalformed && status < 400) return failed('The provider’s answer is not encoded in UTF-8.')
  if (hasMoreValues(sent.response.text, MOST_VALUES))
    return failed(`The provider’s answer has more than ${MOST_VALUES} values, which is more than the gateway reads.`)
  const parsed = parse(sent.response)
  if (!parsed) return failed('The provider’s answer is no JSON.')
  return { ...sent, response: { status, headers, body: parsed.body, size: sent.response.text.length } }
}
