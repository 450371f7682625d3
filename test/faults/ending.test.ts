import { expect, it } from 'vitest'
import { settings } from '../contract/entry-point.ts'
import { directory, run } from '../node/process.ts'

/** Milliseconds that closing may take, and then the process's end. */
const ENDS = 5_000

it('after faults of every kind, a gateway that was closed leaves no socket and no timer: the process ends', async () => {
  const { path, remove } = await directory()
  const process = run('test/faults/ending.ts', {
    ...settings,
    KOINE_PROVIDER_TIMEOUT: '1',
    KOINE_ANSWER_LIMIT: '1000000',
    KOINE_DATA: path,
    PORT: '0',
  })
  try {
    const [said] = await process.said(/^\{.*\}$/m)
    const closed = performance.now()
    expect(await process.ended).toBe(0)
    expect(performance.now() - closed).toBeLessThan(ENDS)
    const { statuses, left, closed: took } = JSON.parse(said)
    expect(statuses).toEqual([504, 504, 502, 502, 502, 502, 429, 502])
    expect(left).toBe(0)
    expect(took).toBeLessThan(ENDS)
    expect(process.err()).toBe('')
  } finally {
    process.child.kill('SIGKILL')
    await remove()
  }
})
