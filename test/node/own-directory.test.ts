import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { directory, environment } from './process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const modesIn = (path: string) =>
  Object.fromEntries(readdirSync(path).map(name => [name, (statSync(join(path, name)).mode & 0o777).toString(8)]))

it('files under KOINE_DATA are for their owner alone, whatever the umask, also those that were there before', async () => {
  const { path, remove } = await directory()
  const data = join(path, 'data')
  mkdirSync(data)
  writeFileSync(join(data, 'secret-key'), 'koine_made_before_with_an_open_umask\n')
  writeFileSync(join(data, 'not-ours.txt'), '')
  for (const name of ['secret-key', 'not-ours.txt']) chmodSync(join(data, name), 0o666)
  const gateway = spawn('/bin/sh', ['-c', `umask 0; exec "${process.execPath}" src/node.ts`], {
    cwd: ROOT,
    env: environment({ KOINE_DATA: data, PORT: '0' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await new Promise(resolve => gateway.stdout.once('data', resolve))
    const { 'not-ours.txt': other, ...ours } = modesIn(data)
    expect(other).toBe('666')
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(['koine.sqlite', 'koine.sqlite-wal', 'koine-logs.sqlite']))
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(['master-key', 'secret-key']))
    expect(new Set(Object.values(ours))).toEqual(new Set(['600']))
  } finally {
    gateway.kill('SIGKILL')
    await new Promise(resolve => gateway.once('close', resolve))
    await remove()
  }
})
