// What each provider documents to answer when it refuses, and the problem that it becomes. The shapes stand in the
// specifications (HubSpot's `Error`, Attio's per operation, Salesforce's list of errors) and in the providers' pages on
// errors and limits.
import { describe, expect, test } from 'vitest'
import type { Verb } from '../../src/mapping/errors.ts'
import { mappingOf } from '../support/gateway.ts'

interface Case {
  readonly verb: Verb
  readonly status: number
  readonly body: unknown
  readonly code: string | undefined
  readonly upstream?: string | undefined
  readonly retryAfter?: string | undefined
}
type Row = [
  verb: Verb,
  status: number,
  body: unknown,
  code: string | undefined,
  upstream?: string | undefined,
  retryAfter?: string,
]

const hubspot = (category: string, more: object = {}) => ({
  status: 'error',
  message: 'No.',
  correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf',
  category,
  ...more,
})
const limit = (policyName: string) => ({
  status: 'error',
  message: 'You have reached your limit.',
  errorType: 'RATE_LIMIT',
  policyName,
})
const salesforce = (errorCode: string, ...fields: string[]) => [
  { message: 'No.', errorCode, ...(fields.length > 0 && { fields }) },
]
const pipedrive = (error: string, code?: string) => ({ success: false, error, ...(code && { code }), data: null })
const attio = (status_code: number, code: string, type = 'invalid_request_error') => ({
  status_code,
  type,
  code,
  message: 'No.',
})

const table: Record<string, Row[]> = {
  hubspot: [
    ['create', 400, hubspot('VALIDATION_ERROR'), 'provider-rejected', 'VALIDATION_ERROR'],
    ['list', 400, hubspot('VALIDATION_ERROR', { subCategory: 'x' }), 'provider-rejected', 'VALIDATION_ERROR'],
    ['get', 401, hubspot('INVALID_AUTHENTICATION'), 'connection-needs-reconnect', 'INVALID_AUTHENTICATION'],
    ['list', 401, hubspot('EXPIRED_AUTHENTICATION'), 'connection-needs-reconnect', 'EXPIRED_AUTHENTICATION'],
    ['list', 403, hubspot('MISSING_SCOPES'), 'scope-missing', 'MISSING_SCOPES'],
    ['update', 403, hubspot('FORBIDDEN'), 'provider-forbidden', 'FORBIDDEN'],
    ['get', 404, hubspot('OBJECT_NOT_FOUND'), 'record-not-found', 'OBJECT_NOT_FOUND'],
    ['update', 404, hubspot('OBJECT_NOT_FOUND'), 'record-not-found', 'OBJECT_NOT_FOUND'],
    // A company to link that is not there is no record of the call's own.
    ['create', 404, hubspot('OBJECT_NOT_FOUND'), 'provider-rejected', 'OBJECT_NOT_FOUND'],
    ['list', 404, undefined, 'provider-rejected'],
    ['create', 409, hubspot('CONFLICT'), 'conflict', 'CONFLICT'],
    ['update', 415, undefined, 'provider-rejected'],
    ['list', 423, hubspot('LOCKED'), 'provider-rate-limited', 'LOCKED', '2'],
    ['list', 429, limit('TEN_SECONDLY_ROLLING'), 'provider-rate-limited', 'RATE_LIMIT', '10'],
    ['create', 429, limit('DAILY'), 'provider-rate-limited', 'RATE_LIMIT'],
    ['get', 477, hubspot('MIGRATION'), 'provider-failed', 'MIGRATION', '86400'],
    ['get', 500, hubspot('INTERNAL_ERROR'), 'provider-failed', 'INTERNAL_ERROR'],
    ['list', 502, undefined, 'provider-failed'],
    ['list', 503, undefined, 'provider-failed', undefined, '5'],
    ['list', 504, undefined, 'provider-failed'],
    ['list', 522, undefined, 'provider-failed'],
    ['create', 201, { id: '1', properties: {} }, undefined],
    // Part of a batch was refused: not what we send, and no failure of the whole.
    ['list', 207, { status: 'COMPLETE', results: [], numErrors: 1, errors: [] }, undefined],
    ['delete', 204, undefined, undefined],
  ],
  salesforce: [
    ['list', 400, salesforce('INVALID_FIELD'), 'provider-rejected', 'INVALID_FIELD'],
    ['list', 400, salesforce('MALFORMED_QUERY'), 'provider-rejected', 'MALFORMED_QUERY'],
    ['list', 400, salesforce('INVALID_TYPE'), 'provider-rejected', 'INVALID_TYPE'],
    ['list', 400, salesforce('NUMBER_OUTSIDE_VALID_RANGE'), 'provider-rejected', 'NUMBER_OUTSIDE_VALID_RANGE'],
    ['create', 400, salesforce('REQUIRED_FIELD_MISSING', 'LastName'), 'provider-rejected', 'REQUIRED_FIELD_MISSING'],
    ['create', 400, salesforce('STRING_TOO_LONG', 'LastName'), 'provider-rejected', 'STRING_TOO_LONG'],
    ['create', 400, salesforce('FIELD_CUSTOM_VALIDATION_EXCEPTION'), 'provider-rejected'],
    ['update', 400, salesforce('INVALID_FIELD_FOR_INSERT_UPDATE', 'Id'), 'provider-rejected'],
    ['create', 400, salesforce('MALFORMED_ID', 'AccountId'), 'provider-rejected', 'MALFORMED_ID'],
    ['update', 400, salesforce('INVALID_CROSS_REFERENCE_KEY', 'AccountId'), 'provider-rejected'],
    ['get', 400, salesforce('INVALID_QUERY_FILTER_OPERATOR'), 'record-not-found', 'INVALID_QUERY_FILTER_OPERATOR'],
    ['list', 400, salesforce('INVALID_QUERY_FILTER_OPERATOR'), 'provider-rejected'],
    ['delete', 400, salesforce('MALFORMED_ID'), 'record-not-found', 'MALFORMED_ID'],
    ['update', 404, salesforce('NOT_FOUND'), 'record-not-found', 'NOT_FOUND'],
    ['delete', 404, salesforce('ENTITY_IS_DELETED'), 'record-not-found', 'ENTITY_IS_DELETED'],
    ['create', 400, salesforce('DUPLICATES_DETECTED'), 'conflict', 'DUPLICATES_DETECTED'],
    ['create', 400, salesforce('DUPLICATE_VALUE'), 'conflict', 'DUPLICATE_VALUE'],
    ['update', 400, salesforce('UNABLE_TO_LOCK_ROW'), 'provider-failed', 'UNABLE_TO_LOCK_ROW'],
    ['list', 400, salesforce('QUERY_TIMEOUT'), 'provider-failed', 'QUERY_TIMEOUT'],
    ['list', 401, salesforce('INVALID_SESSION_ID'), 'connection-needs-reconnect', 'INVALID_SESSION_ID'],
    ['list', 401, undefined, 'connection-needs-reconnect'],
    ['list', 403, salesforce('REQUEST_LIMIT_EXCEEDED'), 'provider-rate-limited', 'REQUEST_LIMIT_EXCEEDED'],
    ['list', 403, salesforce('API_DISABLED_FOR_ORG'), 'provider-forbidden', 'API_DISABLED_FOR_ORG'],
    ['update', 400, salesforce('INSUFFICIENT_ACCESS_OR_READONLY'), 'provider-forbidden'],
    ['list', 403, undefined, 'provider-forbidden'],
    ['list', 500, salesforce('UNKNOWN_EXCEPTION'), 'provider-failed', 'UNKNOWN_EXCEPTION'],
    ['list', 503, salesforce('SERVER_UNAVAILABLE'), 'provider-failed', 'SERVER_UNAVAILABLE'],
    [
      'create',
      200,
      { id: null, success: false, errors: [{ statusCode: 'X', message: 'No.' }] },
      'provider-rejected',
      'X',
    ],
    ['create', 201, { id: '001', success: true, errors: [] }, undefined],
    ['update', 204, undefined, undefined],
  ],
  pipedrive: [
    [
      'create',
      400,
      pipedrive('Bad request', 'ERR_SCHEMA_VALIDATION_FAILED'),
      'provider-rejected',
      'ERR_SCHEMA_VALIDATION_FAILED',
    ],
    [
      'list',
      401,
      { success: false, error: 'unauthorized access', errorCode: 401 },
      'connection-needs-reconnect',
      '401',
    ],
    ['list', 402, pipedrive('Company account is not open'), 'provider-forbidden'],
    ['create', 403, pipedrive('Forbidden'), 'provider-forbidden'],
    ['list', 403, pipedrive('Scope and URL mismatch'), 'scope-missing'],
    ['get', 404, pipedrive('Person not found', 'ERR_NOT_FOUND'), 'record-not-found', 'ERR_NOT_FOUND'],
    // Recorded: deleting what was deleted before.
    ['delete', 410, { success: true, data: { id: 11 } }, 'record-not-found'],
    ['list', 405, undefined, 'provider-rejected'],
    ['create', 422, pipedrive('Unprocessable'), 'provider-rejected'],
    ['list', 429, pipedrive('Rate limit exceeded'), 'provider-rate-limited', undefined, '2'],
    ['list', 500, pipedrive('Server error'), 'provider-failed'],
    ['list', 503, undefined, 'provider-failed'],
    ['create', 200, pipedrive('Deal not created'), 'provider-rejected'],
    ['list', 200, { success: true, data: [], additional_data: { next_cursor: null } }, undefined],
  ],
  attio: [
    ['list', 400, attio(400, 'filter_error'), 'provider-rejected', 'filter_error'],
    ['create', 400, attio(400, 'value_not_found'), 'provider-rejected', 'value_not_found'],
    ['create', 400, attio(400, 'missing_value'), 'provider-rejected', 'missing_value'],
    ['create', 400, attio(400, 'validation_type'), 'provider-rejected', 'validation_type'],
    ['create', 400, attio(400, 'uniqueness_conflict'), 'conflict', 'uniqueness_conflict'],
    ['create', 409, attio(409, 'uniqueness_conflict'), 'conflict', 'uniqueness_conflict'],
    ['list', 401, attio(401, 'unauthorized', 'auth_error'), 'connection-needs-reconnect', 'unauthorized'],
    ['list', 403, attio(403, 'unauthorized', 'auth_error'), 'provider-forbidden', 'unauthorized'],
    ['get', 404, attio(404, 'not_found'), 'record-not-found', 'not_found'],
    ['update', 404, attio(404, 'not_found'), 'record-not-found', 'not_found'],
    ['list', 404, attio(404, 'not_found'), 'provider-rejected', 'not_found'],
    [
      'list',
      429,
      attio(429, 'rate_limit_exceeded'),
      'provider-rate-limited',
      'rate_limit_exceeded',
      'Thu, 01 Jan 2099 00:00:00 GMT',
    ],
    ['list', 500, attio(500, 'internal_error', 'api_error'), 'provider-failed', 'internal_error'],
    ['delete', 200, {}, undefined],
  ],
}

const models = ['contacts', 'companies', 'deals']
const cases = Object.entries(table).flatMap(([provider, rows]) =>
  rows.map(([verb, status, body, code, upstream, retryAfter]) => {
    const name = `${provider}, on ${verb}: ${status} ${JSON.stringify(body)} is ${code ?? 'no refusal'}`
    return { name, provider, verb, status, body, code, upstream, retryAfter }
  }),
)

describe.each(models)('%s', model => {
  test.each<Case & { name: string; provider: string }>(cases)('$name', async given => {
    const { provider, verb, status, body, code, upstream, retryAfter } = given
    const { classifyError } = await mappingOf(provider, model)
    const headers = new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter })
    const failure = classifyError({ status, headers, body }, verb)
    expect(failure?.code).toBe(code)
    if (!failure) return
    expect(failure.provider).toBe(provider)
    expect(failure.upstream?.status).toBe(status)
    if (upstream !== undefined) expect(failure.upstream?.code).toBe(upstream)
    if (retryAfter !== undefined) expect(failure.retry_after).toBeGreaterThan(0)
    else expect(failure.retry_after).toBeUndefined()
  })
})
