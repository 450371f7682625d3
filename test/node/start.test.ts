import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { promisify } from 'node:util'
import { it } from 'vitest'
import { sandboxes } from '../../sandbox/index.ts'
import { settings } from '../contract/entry-point.ts'
import { directory, run } from './process.ts'

const shell = (command: string) => promisify(execFile)('/bin/sh', ['-c', `${command} --silent --show-error`])

/** A page of two records, of a model that the provider of the connection has. */
const isPage = (text: string): boolean => {
  const { data, warnings } = JSON.parse(text)
  return data.length === 2 && data.every(({ id }: { id: unknown }) => typeof id === 'string') && warnings.length === 0
}

// Side by side: each has processes of its own, which wait for seconds before they stop.
it.concurrent('`npm start` brings up the sandbox and prints commands that work as they stand, also the second time', async ({
  expect,
}) => {
  const { path, remove } = await directory()
  try {
    // A supervisor's signal, and one from the keyboard.
    for (const [time, signal] of [
      ['first', 'SIGTERM'],
      ['second', 'SIGINT'],
    ] as const) {
      const started = run('bin/start.ts', { KOINE_DATA: path, PORT: '0' })
      try {
        await started.said(/^curl .*\n\n/m)
        const commands = started.out().match(/^curl .*$/gm) ?? []
        expect(commands).toHaveLength(Object.values(sandboxes).flatMap(({ models }) => models).length)
        const told = await Promise.all(commands.map(async command => ({ command, ...(await shell(command)) })))
        expect(told.filter(({ stdout }) => !isPage(stdout))).toEqual([])
        const ada = told.find(({ command }) => /demo-hubspot.*\/contacts/.test(command))!
        expect(JSON.parse(ada.stdout), time).toMatchObject({
          data: [
            { id: '1001', name: 'Ada Lovelace' },
            { id: '1002', name: 'Grace Hopper' },
          ],
        })
        const [, url = ''] = /Koine listens on (\S+)/.exec(started.out()) ?? []
        expect((await fetch(`${url}/docs`)).status).toBe(200)
        started.child.kill(signal)
        expect(await started.ended).toBe(0)
        await expect(fetch(`${url}/health`)).rejects.toThrow()
      } finally {
        started.child.kill('SIGKILL')
        await started.ended
      }
    }
  } finally {
    await remove()
  }
})

it.concurrent.for(['bin/start.ts', 'src/node.ts'])(
  '%s says that a port is taken, and ends',
  async (file, { expect }) => {
    const { path, remove } = await directory()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      const started = run(file, { KOINE_DATA: path, PORT: String(port) })
      expect(await started.ended).toBe(1)
      expect(started.err()).toContain(`Another process listens on 127.0.0.1:${port}: set PORT to a free one.`)
      expect(started.err()).not.toMatch(/^ +at /m)
    } finally {
      other.close()
      await remove()
    }
  },
)

it.concurrent('in production it starts the gateway alone', async ({ expect }) => {
  const { path, remove } = await directory()
  const { KOINE_MASTER_KEY, KOINE_SECRET_KEY } = settings
  const keys = { KOINE_MASTER_KEY, KOINE_SECRET_KEY }
  const started = run('bin/start.ts', { KOINE_DATA: path, PORT: '0', NODE_ENV: 'production', ...keys })
  try {
    const [, url = ''] = await started.said(/Koine listens on (\S+)/)
    const headers = { authorization: `Bearer ${KOINE_SECRET_KEY}` }
    const integrations = await fetch(`${url}/integrations`, { headers })
    expect(await integrations.json()).toEqual({ data: [] })
    expect(started.out()).not.toContain('curl')
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
  } finally {
    started.child.kill('SIGKILL')
    await remove()
  }
})
