// The runtime at the edge is killed as a whole while it carries out runs, and started again; nobody calls it after that.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runWrangler, startWrangler } from '../../bin/wrangler.ts'
import { settings } from '../contract/entry-point.ts'
import { directory } from '../node/process.ts'
import { countingUpstream } from '../runs/counting-upstream.ts'

const { KOINE_MASTER_KEY, KOINE_SECRET_KEY, ...others } = settings
const secrets = { KOINE_MASTER_KEY, KOINE_SECRET_KEY }

it('runs go on by themselves, in order, and none is made twice that may not be', { timeout: 90_000 }, async () => {
  const { path, remove } = await directory()
  const upstream = await countingUpstream(0)
  const common = ['--env-file', devNull, '--persist-to', join(path, 'state')]
  let wrangler: ChildProcess | undefined
  /** Starts the runtime; answers where it listens. */
  async function start(): Promise<string> {
    const variables = Object.entries(others).flatMap(([name, value]) => ['--var', `${name}:${value}`])
    const flags = ['--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--show-interactive-dev-session=false']
    // Its own group, so that all of its processes can be killed at once.
    const child = startWrangler(['dev', ...common, ...flags, ...variables], {
      env: secrets,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    })
    wrangler = child
    let said = ''
    return new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error(`It ended: ${said}`)))
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const [, url] = /Ready on (http:\/\/\S+)/.exec(said) ?? []
        if (url !== undefined) resolve(url)
      })
    })
  }
  async function kill(): Promise<void> {
    const child = wrangler
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    process.kill(-child.pid, 'SIGKILL')
    await ended
  }
  try {
    const migrated = await runWrangler(['d1', 'migrations', 'apply', 'DB', '--local', ...common], {
      env: secrets,
      stdio: 'ignore',
    })
    expect(migrated).toBe(0)
    const url = await start()
    const call = async (request: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
      const [method = '', target = ''] = request.split(' ')
      const response = await fetch(url + target, {
        method,
        headers: { authorization: `Bearer ${KOINE_SECRET_KEY}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
      expect([response.status, await response.text()]).toEqual([
        expect.toSatisfy(status => status < 300),
        expect.any(String),
      ])
    }
    await call('POST /integrations', {
      provider: 'hubspot',
      unique_key: 'people',
      integration_config: { base_url: upstream.url },
    })
    for (const connection_id of ['reading', 'writing'])
      await call('POST /connections?verify=false', {
        provider_config_key: 'people',
        connection_id,
        credentials: { type: 'OAUTH2', access_token: connection_id },
      })
    const later = (connection: string, action_name: string, input: object) =>
      call('POST /action/trigger', { action_name, input }, { 'connection-id': connection, 'x-async': 'true' })
    const get = (connection: string, n: number) =>
      later(connection, 'get-contact', { id: `run-${n}`, fields: ['first_name'] })
    upstream.hold(true)
    await later('writing', 'create-contact', { first_name: 'run-1' })
    for (const n of [1, 2, 3]) await get('reading', n)
    for (const n of [2, 3]) await get('writing', n)
    const came = (name: string) =>
      upstream.requests.filter(({ connection }) => connection === name).map(({ run }) => run)
    await expect.poll(() => [came('reading'), came('writing')], { timeout: 20_000 }).toEqual([[1], [1]])
    await kill()
    upstream.hold(false)
    await start()
    await expect
      .poll(() => [came('reading'), came('writing')], { timeout: 30_000 })
      .toEqual([
        [1, 1, 2, 3],
        [1, 2, 3],
      ])
    expect(upstream.overlaps).toEqual([])
  } finally {
    await kill()
    await upstream.close()
    await remove()
  }
})
