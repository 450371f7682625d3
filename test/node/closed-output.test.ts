import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { logLines } from '../../src/node/log-lines.ts'
import { settings } from '../contract/entry-point.ts'
import { directory, run } from './process.ts'

it.each([['standard output'], ['standard output and standard error']])('%s closed: it goes on', async which => {
  const { path, remove } = await directory()
  const gateway = run('src/node.ts', { ...settings, KOINE_DATA: path, PORT: '0' })
  try {
    const [, url = ''] = await gateway.said(/"listening":"([^"]+)"/)
    const isAll = which !== 'standard output'
    if (isAll) gateway.child.stderr.destroy()
    gateway.child.stdout.destroy()
    for (let i = 0; i < 5; i++) expect((await fetch(`${url}/health`)).status).toBe(200)
    gateway.child.kill('SIGINT')
    expect(await gateway.ended).toBe(0)
    if (!isAll) expect(gateway.err()).toMatch(/^The standard output cannot be written any more: .*\n$/)
  } finally {
    gateway.child.kill('SIGKILL')
    await remove()
  }
})

it('a reader who is far behind loses lines, and is told how many', async () => {
  let taken: (() => void) | undefined
  const got: string[] = []
  const slow = new Writable({
    write(chunk, _encoding, done) {
      got.push(String(chunk))
      taken = done
    },
  })
  const takeAll = async () => {
    for (; taken; await new Promise(resolve => setImmediate(resolve))) {
      const done = taken
      taken = undefined
      done()
    }
  }
  const complaints: string[] = []
  const log = logLines(slow, text => complaints.push(text))
  const text = 'x'.repeat(1_048_576)
  for (let i = 0; i < 20; i++) log({ i, text })
  expect(slow.writableLength).toBeLessThan(6 * 1_048_576)
  await takeAll()
  log({ last: true })
  await takeAll()
  const entries = got.map(line => JSON.parse(line))
  const { lost } = entries.at(-2)
  expect(lost).toBe(20 - (entries.length - 2))
  expect(entries.at(-1)).toEqual({ last: true })
  expect(complaints).toEqual([])
})
