import type { ContentfulStatusCode } from 'hono/utils/http-status'

export type Json = Record<string, unknown>
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A refusal on its way to the wire: specs/stripe/openapi.json#/components/schemas/api_errors */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string | undefined
  readonly param: string | undefined

  constructor(status: ContentfulStatusCode, message: string, code?: string, param?: string) {
    super(message)
    this.status = status
    this.code = code
    this.param = param
  }
}

export function refuse(status: ContentfulStatusCode, message: string, code?: string, param?: string): never {
  throw new Refusal(status, message, code, param)
}
export const missing = (what: string, id: string, param = 'id'): never =>
  refuse(param === 'id' ? 404 : 400, `No such ${what}: '${id}'`, 'resource_missing', param)
export const required = (param: string): never =>
  refuse(400, `Missing required param: ${param}.`, 'parameter_missing', param)

export const describe = ({ message, code, param }: Refusal): Json => ({
  error: { type: 'invalid_request_error', ...(code && { code }), ...(param && { param }), message },
})
