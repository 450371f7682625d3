import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { directory, run } from './process.ts'

/** What every process of this machine was started with; nothing where the system has no /proc. */
async function commandLines(): Promise<string> {
  const ids = await readdir('/proc').catch(() => [])
  const lines = ids.filter(id => /^\d+$/.test(id)).map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''))
  return (await Promise.all(lines)).join('\n')
}

it('`npm run dev:edge` serves from a D1 that it migrates, with a command that works as it stands', {
  timeout: 90_000,
}, async () => {
  const { path, remove } = await directory()
  const flags = ['--port', '0', '--inspector-port', '0', '--persist-to', join(path, 'state')]
  const started = run('bin/dev-edge.ts', { KOINE_DATA: path }, flags)
  try {
    const [command] = await started.said(/^curl .*demo-hubspot.*$/m)
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `${command} --silent --show-error`])
    expect(JSON.parse(stdout).data.map(({ name }: { name: string }) => name)).toEqual(['Ada Lovelace', 'Grace Hopper'])
    const [, url = ''] = /Koine listens on (\S+)/.exec(started.out()) ?? []
    for (const public_ of ['/ready', '/docs', '/openapi.json']) expect((await fetch(url + public_)).status).toBe(200)
    // Secrets go by the environment: what a process was started with can be read by everybody on the machine.
    const processes = await commandLines()
    const [, key = ''] = /Bearer ([^']+)/.exec(command) ?? []
    expect(key).toMatch(/^koine_/)
    expect(processes).not.toContain(key)

    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    await expect(fetch(`${url}/health`)).rejects.toThrow()
  } finally {
    // It ends its own children only when it is told to end.
    started.child.kill('SIGTERM')
    await started.ended
    await remove()
  }
})
