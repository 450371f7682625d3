import { afterAll, beforeAll, expect, it } from 'vitest'
import { settings } from '../contract/entry-point.ts'
import { type Running, run } from './process.ts'

let gateway: Running
let url = ''
const ask = (path: string, body: unknown) =>
  fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${settings.KOINE_SECRET_KEY}`,
      'content-type': 'application/json',
      'provider-config-key': 'acme',
    },
    body: JSON.stringify(body),
  })
beforeAll(async () => {
  gateway = run('test/node/wild.ts', {})
  url = (await gateway.said(/"listening":"([^"]+)"/))[1]!
  await ask('/integrations', { provider: 'acme', unique_key: 'acme' })
})
afterAll(async () => {
  gateway?.child.kill('SIGINT')
  await gateway?.ended
})

const wild = (how: string) => ask('/action/trigger', { action_name: 'wild', input: how })

it.each(['timer', 'tick', 'microtask', 'promise', 'text', 'event', 'often'])(
  'a mistake of an action function ends neither the process nor a request: %s',
  async how => {
    const other = ask('/action/trigger', { action_name: 'keep', input: { name: how } })
    const answer = await wild(how)
    expect([answer.status, await answer.text()]).toEqual([200, `"${how}"`])
    expect(await (await other).text()).toBe('1')
    expect(gateway.child.exitCode).toBeNull()
  },
)

it('is logged by its kind and place, not by what it says, and not once for each', async () => {
  await gateway.said(/"task":"uncaught-exception"/)
  await gateway.said(/"task":"unhandled-rejection"/)
  const lines = gateway.out().split('\n')
  const faults = lines.filter(line => line.includes('"task"')).map(line => JSON.parse(line))
  expect(faults[0]).toMatchObject({ level: 'error', error: 'Error', at: expect.any(Array) })
  expect(faults[0].at[0]).toContain('wild.ts')
  expect(gateway.out() + gateway.err()).not.toContain('planted-in-a-message')
  expect(faults.length).toBeLessThan(20)
})
