// A gateway that is told to end while runs are under way.
import { expect, it } from 'vitest'
import { directory } from '../node/process.ts'
import { countingUpstream } from './counting-upstream.ts'
import { connect, integrate, startProcess } from './process.ts'

it('ends, and what was under way is carried on or ends as interrupted', async () => {
  const { path, remove } = await directory()
  const upstream = await countingUpstream(0)
  // Each attempt may take longer than the gateway has to end.
  const first = await startProcess(path, { KOINE_PROVIDER_TIMEOUT: '60' })
  let second: typeof first | undefined
  try {
    await integrate(first, 'hubspot', upstream.url)
    for (const name of ['reading', 'writing']) await connect(first, 'hubspot', name)
    upstream.hold(true)
    const trigger = async (connection: string, action_name: string, input: object): Promise<string> => {
      const headers = { 'connection-id': connection, 'x-async': 'true' }
      return (await first.call('POST /action/trigger', { action_name, input }, headers)).body.id
    }
    const ids = [
      await trigger('reading', 'get-contact', { id: 'run-1', fields: ['first_name'] }),
      await trigger('writing', 'create-contact', { first_name: 'run-2' }),
      await trigger('writing', 'get-contact', { id: 'run-3', fields: ['first_name'] }),
    ]
    await expect.poll(() => upstream.requests.length).toBe(2)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(upstream.requests.length).toBe(2)

    upstream.hold(false)
    second = await startProcess(path)
    const gateway = second
    const states = () => Promise.all(ids.map(async id => (await gateway.call(`GET /runs/${id}`)).body.state))
    await expect.poll(states, { timeout: 10_000 }).toEqual(['succeeded', 'interrupted', 'succeeded'])
    expect(upstream.requests.map(({ run }) => run).toSorted()).toEqual([1, 1, 2, 3])
  } finally {
    await first.kill()
    await second?.kill()
    await upstream.close()
    await remove()
  }
}, 60_000)
