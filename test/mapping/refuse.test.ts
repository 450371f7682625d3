import { describe, expect, test } from 'vitest'
import type { Verb } from '../../src/mapping/errors.ts'
import { given } from './given.ts'

const { classifyError } = given(
  {},
  {
    errors: {
      message: ['0.message', 'error.text', { header: 'x-reason' }],
      code: 'error.code',
      rows: [
        { status: 403, on: 'list', when: { '0.code': 'LIMIT' }, error: 'quota-spent' },
        { status: [400, 422], when: { 'error.code': ['GONE', 'MISSING'] }, error: 'not-found' },
        { when: { 'error.text': '*' }, error: 'invalid' },
      ],
    },
  },
)
const judge = (status: number, body: unknown, verb: Verb = 'get', headers: Record<string, string> = {}) =>
  classifyError({ status, body, headers: new Headers(headers) }, verb)

describe('failure rows', () => {
  test('are tried in order, with their verb', () => {
    expect(judge(403, [{ code: 'LIMIT', message: 'too many' }], 'list')).toMatchObject({
      code: 'provider-rate-limited',
      upstream: { status: 403, message: 'too many' },
    })
    expect(judge(403, [{ code: 'LIMIT' }], 'get')?.code).toBe('provider-forbidden')
  })
  test('take one of several values', () => {
    expect(judge(422, { error: { code: 'MISSING' } })?.code).toBe('record-not-found')
    expect(judge(422, { error: { code: 'OTHER' } })?.code).toBe('provider-rejected')
  })
  test('judge a 200 too', () => {
    expect(judge(200, { error: { text: 'no' } })).toMatchObject({
      code: 'provider-rejected',
      upstream: { message: 'no' },
    })
    expect(judge(200, { error: { text: '' } })).toBeUndefined()
    expect(judge(200, { data: [] })).toBeUndefined()
  })
  test('a list or a create that misses something was sent to the wrong place', () => {
    expect(judge(404, undefined, 'list')?.code).toBe('provider-rejected')
    expect(judge(404, undefined, 'update')?.code).toBe('record-not-found')
  })
})

test.each<[number, string | undefined]>([
  [200, undefined],
  [204, undefined],
  [304, undefined],
  [400, 'provider-rejected'],
  [401, 'connection-needs-reconnect'],
  [403, 'provider-forbidden'],
  [404, 'record-not-found'],
  [410, 'record-not-found'],
  [409, 'conflict'],
  [412, 'conflict'],
  [422, 'provider-rejected'],
  [429, 'provider-rate-limited'],
  [500, 'provider-failed'],
  [503, 'provider-failed'],
])('%d without a row is %s', (status, code) => expect(judge(status, {})?.code).toBe(code))

describe('what the provider said', () => {
  test('the first place that holds a text, cut', () => {
    expect(judge(400, { error: { text: 'x'.repeat(900) } })?.upstream?.message).toHaveLength(500)
    expect(judge(400, {}, 'get', { 'x-reason': 'from a header' })?.upstream?.message).toBe('from a header')
    expect(judge(400, { error: { text: { deep: 1 } } })?.upstream?.message).toBeUndefined()
  })
  test.each<[string, number]>([
    ['7', 7],
    ['Fri, 02 Jan 2026 00:01:00 GMT', 60],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
  ])('Retry-After %s is %d seconds', (text, seconds) =>
    expect(judge(429, {}, 'get', { 'retry-after': text })).toMatchObject({ retry_after: seconds }),
  )
})
