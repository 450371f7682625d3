import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

const INFO = 'Please check developers.pipedrive.com for more information about Pipedrive API.'

interface Particulars {
  error_info?: string
  /** Of validation, a text beside the status. */
  code?: string
  /** Of sign-in, the status once more: specs/pipedrive/v1.yaml, the 401 answers. */
  errorCode?: number
}

/** A refusal on its way to the wire; `describe` gives it Pipedrive's body. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly particulars: Particulars

  constructor(status: ContentfulStatusCode, message: string, particulars: Particulars) {
    super(message)
    this.status = status
    this.particulars = particulars
  }
}

/** Stops a request with one of Pipedrive's errors: `refuse(403, 'Scope and URL mismatch')`. */
export function refuse(status: ContentfulStatusCode, message: string, particulars: Particulars = {}): never {
  throw new Refusal(status, message, particulars)
}

export const invalid = (message: string): never =>
  refuse(400, `Validation failed: ${message}`, { code: 'ERR_SCHEMA_VALIDATION_FAILED' })

/** specs/pipedrive/v2.yaml#/paths/~1deals~1{id}~1convert~1status~1{conversion_id}/get/responses/404 */
export const notFound = (): never => refuse(404, 'Entity was not found', { error_info: 'Object was not found.' })

export const describe = ({ message, particulars }: Refusal) => ({
  success: false,
  error: message,
  error_info: INFO,
  ...particulars,
  data: null,
  additional_data: null,
})

export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The body of a write, an object in JSON. */
export async function readObject(c: Context): Promise<Json> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) return invalid('the body must be sent as JSON')
  let body: unknown
  try {
    body = JSON.parse(await c.req.text())
  } catch {
    return invalid('the body is not JSON')
  }
  return isObject(body) ? body : invalid('the body must be an object')
}
