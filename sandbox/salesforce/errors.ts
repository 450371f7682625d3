import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

export type Json = Record<string, unknown>

/** A refusal on its way to the wire, as the list of one error that Salesforce answers: `[{ message, errorCode }]`. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly body: Json[]

  constructor(status: ContentfulStatusCode, error: Json) {
    super(String(error.message))
    this.status = status
    this.body = [error]
  }
}

/** Stops a request with one of Salesforce's errors: `refuse(404, 'NOT_FOUND', '…')`. */
export function refuse(status: ContentfulStatusCode, errorCode: string, message: string, more: Json = {}): never {
  throw new Refusal(status, { message, errorCode, ...more })
}

/** A refusal of what a write holds, which names the fields. */
export const refuseFields = (errorCode: string, message: string, fields: string[] = []): never =>
  refuse(400, errorCode, message, { fields })

export const notFound = (): never => refuse(404, 'NOT_FOUND', 'The requested resource does not exist')

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The JSON object of a write: 415 for another content type, 400 for what is not one. */
export async function readObject(c: Context): Promise<Json> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/json\b/i.test(type))
    refuse(415, 'UNSUPPORTED_MEDIA_TYPE', `Content-Type header specified in HTTP request is not supported: ${type}`)
  const body = parsed(await c.req.text())
  return isObject(body) ? body : refuse(400, 'JSON_PARSER_ERROR', 'The HTTP entity body must be a JSON object')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse(400, 'JSON_PARSER_ERROR', 'The HTTP entity body could not be parsed')
  }
}
