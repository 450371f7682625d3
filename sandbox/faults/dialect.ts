type Json = Record<string, unknown>
/** What a refusal is about: too much haste, a failure of the provider's own, or anything in the request. */
export type Reason = 'hasty' | 'failed' | 'refused'

/** As much of a provider's dialect as a fault needs in order to lie in it. */
export interface Dialect {
  /** The body of a refusal. */
  refusal(reason: Reason): unknown
  /** Headers that say that the account's budget is spent for that many seconds, as far as the provider has such. */
  spent(seconds: number): Readonly<Record<string, string>>
  /** The member of an answer that holds a list. */
  readonly list: string
  /** The record of an answer that is not a list. */
  one(body: Json): unknown
  /** The member of a record that is its id. */
  readonly id: string
  /** The request for the first page in place of a later one. */
  firstPage(target: string, body: Buffer): { target: string; body: Buffer }
  /** Names the next page, where pages are named and not counted. */
  name(body: Json, cursor: string): void
}

const said = { hasty: 'Too many requests', failed: 'Something went wrong here', refused: 'The request was refused' }
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The target without a parameter. */
function without(target: string, name: string): string {
  const url = new URL(target, 'http://sandbox')
  url.searchParams.delete(name)
  return url.pathname + url.search
}
/** A JSON body with a member put in, if it has that member. */
function overruled(body: Buffer, name: string, value: unknown): Buffer {
  if (body.byteLength === 0) return body
  const given: unknown = JSON.parse(body.toString())
  return isObject(given) && name in given ? Buffer.from(JSON.stringify({ ...given, [name]: value })) : body
}

const categories = { hasty: 'RATE_LIMITS', failed: 'INTERNAL_ERROR', refused: 'VALIDATION_ERROR' }
/** specs/hubspot/crm-contacts.v3.json#/components/schemas/Error */
const hubspot: Dialect = {
  refusal: reason => ({
    status: 'error',
    message: said[reason],
    correlationId: '00000000-0000-0000-0000-000000000000',
    category: categories[reason],
    ...(reason === 'hasty' && { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' }),
  }),
  spent: seconds => ({
    'x-hubspot-ratelimit-max': '110',
    'x-hubspot-ratelimit-remaining': '0',
    'x-hubspot-ratelimit-interval-milliseconds': String(seconds * 1000),
  }),
  list: 'results',
  one: body => body,
  id: 'id',
  firstPage: (target, body) => ({ target: without(target, 'after'), body: overruled(body, 'after', undefined) }),
  name(body, after) {
    body.paging = { next: { after } }
  },
}

const errorCodes = { hasty: 'REQUEST_LIMIT_EXCEEDED', failed: 'UNKNOWN_EXCEPTION', refused: 'MALFORMED_QUERY' }
/** specs/salesforce/platform-rest.json#/components/schemas/RestApiError */
const salesforce: Dialect = {
  refusal: reason => [{ message: said[reason], errorCode: errorCodes[reason] }],
  spent: () => ({ 'sforce-limit-info': 'api-usage=15000/15000' }),
  list: 'records',
  one: () => undefined,
  id: 'Id',
  firstPage(target, body) {
    const url = new URL(target, 'http://sandbox')
    const soql = url.searchParams.get('q')
    if (soql !== null) url.searchParams.set('q', soql.replace(/\bId > '\w+'/, "Id > '000000000000000AAA'"))
    return { target: url.pathname + url.search, body }
  },
  // A page is asked for by what is after its last record.
  name() {},
}

/** specs/pipedrive/v2.yaml, the answers of every operation, and v1.yaml for 429 */
const pipedrive: Dialect = {
  refusal: reason => ({ success: false, error: said[reason], error_info: 'Please check the documentation.' }),
  spent: seconds => ({
    'x-ratelimit-limit': '80',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(seconds),
  }),
  list: 'data',
  one: ({ data }) => data,
  id: 'id',
  firstPage: (target, body) => ({ target: without(target, 'cursor'), body }),
  name(body, next_cursor) {
    body.additional_data = { next_cursor }
  },
}

const attioCodes = { hasty: 'rate_limit_exceeded', failed: 'internal_error', refused: 'validation_type' }
/** specs/attio/openapi.json#/paths/~1v2~1objects~1{object}~1records/post/responses/400 */
const attio: Dialect = {
  refusal: reason => ({
    status_code: { hasty: 429, failed: 500, refused: 400 }[reason],
    type: reason === 'failed' ? 'api_error' : 'invalid_request_error',
    code: attioCodes[reason],
    message: said[reason],
  }),
  spent: () => ({}),
  list: 'data',
  one: ({ data }) => data,
  id: 'id',
  firstPage: (target, body) => ({ target, body: overruled(body, 'offset', 0) }),
  // Pages are counted.
  name() {},
}

/** The dialects of the sandbox, by the provider's name. */
export const dialects: Readonly<Record<string, Dialect>> = { hubspot, salesforce, pipedrive, attio }

/** The list in an answer's body, or undefined. */
export function listIn({ list }: Dialect, body: unknown): unknown[] | undefined {
  const found = isObject(body) ? body[list] : undefined
  return Array.isArray(found) ? found : undefined
}
/** Every record in an answer's body. */
export function recordsIn(dialect: Dialect, body: unknown): Json[] {
  const found = listIn(dialect, body) ?? (isObject(body) ? [dialect.one(body)] : [])
  return found.filter(record => isObject(record) && dialect.id in record) as Json[]
}
