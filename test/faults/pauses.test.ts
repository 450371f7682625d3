import { describe, expect, it } from 'vitest'
import { createProviderClient, type ProviderAccount, type SendOptions } from '../../src/provider/client.ts'
import type { HttpFault, HttpSender } from '../../src/services.ts'

type Result = Awaited<ReturnType<HttpSender['send']>>
const answered = (status: number, headers: Readonly<Record<string, string>> = {}): Result => {
  const entries = Object.entries(headers)
  return { response: { status, headers: { get: name => headers[name], entries: () => entries }, text: '' } }
}
const broken = (fault: HttpFault): Result => ({ fault })

/** Sends one request over a line that ends so, in this order, by a clock that only pauses move. */
async function over(results: Result[], how: Partial<SendOptions & ProviderAccount> = {}, random = 1) {
  const pauses: number[] = []
  let [time, sent] = [Date.UTC(2026, 0, 1), 0]
  const client = createProviderClient({
    sender: { send: async () => results[sent++]!, stream: async () => ({ fault: 'unreachable' }) },
    now: () => time,
    maxBytes: 1000,
    allowPrivate: false,
    sleep: async ms => {
      pauses.push(ms)
      time += ms
    },
    random: () => random,
  })
  const account: ProviderAccount = {
    provider: 'provider',
    hosts: ['api.provider.example'],
    baseUrl: undefined,
    headers: {},
    limits: { remaining: 'left', reset: { header: 'full-in', format: 'seconds' } },
    timeout: how.timeout ?? 30_000,
    environment: 'environment',
    connection: 'one',
    authorize: () => ({ ok: true, value: {} }),
  }
  const ended = await client.send(
    { method: 'POST', url: 'https://api.provider.example/contacts', headers: {} },
    account,
    { repeatable: true, noted: () => {}, ...how },
  )
  return { sent, pauses, code: 'failure' in ended ? ended.failure.code : ended.response.status }
}
const once = { repeatable: false }

describe('pauses', () => {
  it('are a random part of 250 ms, then of 500 ms', async () => {
    const down = [answered(502), answered(503), answered(504)]
    expect(await over(down)).toEqual({ sent: 3, pauses: [250, 500], code: 504 })
    expect(await over(down, {}, 0.5)).toEqual({ sent: 3, pauses: [125, 250], code: 504 })
  })

  it.each([
    ['seconds', { 'retry-after': '3' }, 3000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:04 GMT' }, 4000],
    ['a date that is over', { 'retry-after': 'Wed, 31 Dec 2025 23:59:00 GMT' }, 0],
    ['a spent budget', { left: '0', 'full-in': '2' }, 2000],
    ['a budget that is not spent', { left: '5', 'full-in': '2' }, 250],
    ['seconds, rather than a budget', { left: '0', 'full-in': '2', 'retry-after': '1' }, 1000],
    ['no time that anybody could read', { 'retry-after': 'soon' }, 250],
  ])('are what the provider asks for: %s', async (_, headers, ms) => {
    expect(await over([answered(429, headers), answered(200)])).toEqual({ sent: 2, pauses: [ms], code: 200 })
  })

  it('longer than 5 s are left to the caller, and so are those for which no time is left', async () => {
    const patient = [answered(429, { 'retry-after': '6' })]
    expect(await over(patient)).toEqual({ sent: 1, pauses: [], code: 429 })
    const short = [answered(429, { 'retry-after': '2' })]
    expect(await over(short, { timeout: 2000 })).toEqual({ sent: 1, pauses: [], code: 429 })
  })
})

describe('what may not be carried out twice', () => {
  it('is tried again when it surely was not sent', async () => {
    const results = [broken('unreachable'), broken('unreachable'), answered(201)]
    expect(await over(results, once)).toEqual({ sent: 3, pauses: [250, 500], code: 201 })
  })

  it.each([
    ['reset', broken('reset'), 'provider-unreachable'],
    ['cut short', broken('cut-short'), 'provider-answer-unreadable'],
    ['too late', broken('timeout'), 'provider-timeout'],
    ['429', answered(429, { 'retry-after': '1' }), 429],
    ['500', answered(500), 500],
    ['503', answered(503, { 'retry-after': '1' }), 503],
  ])('is not when it was, or may have been: %s', async (_, result, code) => {
    expect(await over([result], once)).toEqual({ sent: 1, pauses: [], code })
  })
})

it.each([
  ['what the provider means so', answered(400), 400],
  ['501, which does not pass', answered(501), 501],
  ['an answer that is too large', broken('too-large'), 'provider-answer-unreadable'],
  ['an address that the gateway does not call', broken('private-address'), 'provider-unreachable'],
  ['the end of the time', broken('timeout'), 'provider-timeout'],
])('nothing is tried again after %s', async (_, result, code) => {
  expect(await over([result])).toEqual({ sent: 1, pauses: [], code })
})
