import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A refusal on its way to the wire; `describe` gives it Attio's body. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Stops a request with one of Attio's errors: `refuse(400, 'missing_value', 'Required value …')`. */
export function refuse(status: ContentfulStatusCode, code: string, message: string): never {
  throw new Refusal(status, code, message)
}

export const notFound = (what: string, id: string): never =>
  refuse(404, 'not_found', `${what} ${JSON.stringify(id)} not found.`)

export const invalid = (message: string): never => refuse(400, 'validation_type', message)

/** What a write refers to does not exist: an attribute, an option, a status, a record, a member. */
export const unknownValue = (message: string): never => refuse(400, 'value_not_found', message)

export const filterError = (message: string): never => refuse(400, 'filter_error', `Error in filter. ${message}`)

/** Attio's error body: specs/attio/openapi.json#/paths/~1v2~1objects~1{object}~1records/post/responses/400 */
export function describe({ status, code, message }: Refusal) {
  const type = status === 401 ? 'auth_error' : 'invalid_request_error'
  return { status_code: status, type, code, message }
}

export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** True when the object has no members but these. */
export const hasOnly = (value: Json, names: readonly string[]): boolean =>
  Object.keys(value).every(name => names.includes(name))

export async function readObject(c: Context): Promise<Json> {
  const body = await c.req.json().catch(() => undefined)
  return isObject(body) ? body : invalid('Body payload validation error: a JSON object is expected.')
}
