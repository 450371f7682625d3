import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** One entry of `errors`: specs/hubspot/crm-contacts.v3.json#/components/schemas/ErrorDetail */
export interface Detail {
  message: string
  code?: string
  context?: Record<string, string[]>
}

/** A refusal on its way to the wire; `describe` gives it HubSpot's body. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly category: string
  readonly errors: Detail[]

  constructor(status: ContentfulStatusCode, category: string, message: string, errors: Detail[]) {
    super(message)
    this.status = status
    this.category = category
    this.errors = errors
  }
}

/** Stops a request with one of HubSpot's errors: `refuse(404, 'OBJECT_NOT_FOUND', 'resource not found')`. */
export function refuse(status: ContentfulStatusCode, category: string, message: string, errors: Detail[] = []): never {
  throw new Refusal(status, category, message, errors)
}

export const notFound = (): never => refuse(404, 'OBJECT_NOT_FOUND', 'resource not found')

export const invalid = (message: string, errors: Detail[] = []): never =>
  refuse(400, 'VALIDATION_ERROR', message, errors)

/** HubSpot's error body: specs/hubspot/crm-contacts.v3.json#/components/schemas/Error */
export function describe(refusal: Refusal, correlationId: string) {
  const { message, category, errors } = refusal
  return { status: 'error', message, correlationId, category, ...(errors.length > 0 && { errors }) }
}

export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The JSON body of a write: 415 for another content type, 400 for what is not JSON. */
export async function readJson(c: Context): Promise<unknown> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/json\b/i.test(type)) refuse(415, 'VALIDATION_ERROR', 'Unsupported Media Type')
  try {
    return JSON.parse(await c.req.text())
  } catch {
    return invalid('Invalid input JSON: the body could not be parsed')
  }
}

export async function readObject(c: Context): Promise<Json> {
  const body = await readJson(c)
  return isObject(body) ? body : invalid('Invalid input JSON: an object is expected')
}
