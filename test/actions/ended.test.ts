import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problem } from '../contract/caller.ts'
import { told } from './functions/late.ts'
import { type ActionGateway, openActions } from './gateway.ts'

// A rejection that nobody handles fails the whole run of this file, as it would end a Node process.
let gateway: ActionGateway
let run: ActionGateway['run']
beforeAll(async () => {
  gateway = await openActions()
  run = gateway.run
})
afterAll(() => gateway?.close())
beforeEach(() => void gateway.came())

const paths = () => gateway.came().map(({ method, path }) => `${method} ${path}`)
const refused = { endpoint: '/status/400' }
const kept = { endpoint: '/echo', method: 'POST', data: {} }

describe('an action function that does not wait for a request', () => {
  it('ends when the request has ended, and its refusal changes nothing', async () => {
    const answer = await run('steps', [
      { ask: refused, forget: true },
      { ask: kept, forget: true },
    ])
    expect([answer.status, answer.body]).toEqual([200, 2])
    expect(paths().sort()).toEqual(['GET /status/400', 'POST /echo'])
  })

  it('and throws meanwhile ends with what it threw, and the request is cancelled', async () => {
    const gone = gateway.gone.length
    const body = problem(
      await run('steps', [{ ask: { endpoint: '/silent' }, forget: true }, { ask: refused }]),
      422,
      'provider-rejected',
    )
    expect(body.upstream?.code).toBe('E400')
    await expect.poll(() => gateway.gone.length).toBe(gone + 1)
  })

  it('does so also where two requests are refused and it looks at one', async () => {
    const both = [{ ask: { endpoint: '/status/403' }, forget: true }, { ask: refused }]
    problem(await run('steps', both), 422, 'provider-rejected')
  })

  it('is told that its time is up where the request does not end', async () => {
    const started = Date.now()
    problem(await run('steps', [{ ask: { endpoint: '/silent' }, forget: true }]), 408, 'action-timeout')
    expect(Date.now() - started).toBeLessThan(10_000)
  })
})

it('an action function whose time is up can write nothing more', async () => {
  const before = await gateway.call('GET /connections/main', { headers: { 'provider-config-key': 'acme' } })
  problem(await run('late'), 408, 'action-timeout')
  await expect.poll(() => Object.keys(told)).toHaveLength(5)
  await wait(20)
  expect(told).toEqual({
    post: 'The action has ended.',
    setMetadata: 'The action has ended.',
    updateMetadata: 'The action has ended.',
    triggerAction: 'The action has ended.',
    getToken: 'The action has ended.',
  })
  expect(paths()).toEqual([])
  const after = await gateway.call('GET /connections/main', { headers: { 'provider-config-key': 'acme' } })
  expect(after.body.metadata).toEqual(before.body.metadata)
})

it('an action function that throws what cannot be read ends with a problem', async () => {
  for (const how of ['getter', 'proxy'])
    expect(problem(await run('break', how), 400, 'action-failed').detail).toBe('The action failed.')
})
