import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openOn } from '../store/disk.ts'
import { directory, run } from './process.ts'

const MAIN = 'koine.sqlite'
const LOGS = 'koine-logs.sqlite'

it('erases soon after the start what has had its time, and keeps its files to itself', async () => {
  const { path, remove } = await directory()
  try {
    const main = join(path, MAIN)
    const { store } = openOn(main, { logs: join(path, LOGS) })
    const made = await store.environments.create('old')
    if ('taken' in made) throw new Error('taken')
    await store.close()
    const database = new DatabaseSync(main)
    const insert = database.prepare(
      "INSERT INTO idempotent_answers VALUES (?, 'c', ?, '', 1, '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z')",
    )
    for (let n = 0; n < 500; n++) insert.run(made.made.id, String(n))
    const left = () => database.prepare('SELECT count(*) AS n FROM idempotent_answers').get()?.n
    expect(left()).toBe(500)
    const gateway = run('src/node.ts', { KOINE_DATA: path, PORT: '0', KOINE_DURABILITY: 'full' })
    try {
      await gateway.said(/"listening":"(\S+)"/)
      // The test's own time limit ends this.
      while (left() !== 0) await delay(20)
      for (const file of [MAIN, LOGS].flatMap(name => [name, `${name}-wal`, `${name}-shm`]))
        if (existsSync(join(path, file))) expect([file, statSync(join(path, file)).mode & 0o077]).toEqual([file, 0])
      database.close()
      // As from a keyboard: a supervisor's signal is announced for some seconds first, which test/node/drain.test.ts looks at.
      gateway.child.kill('SIGINT')
      expect(await gateway.ended).toBe(0)
      expect(gateway.err()).toBe('')
    } finally {
      gateway.child.kill('SIGKILL')
      await gateway.ended
    }
  } finally {
    await remove()
  }
})
