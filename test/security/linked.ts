// A gateway in production over a made-up provider whose answers name their next page; what it calls is written down.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import { openGateway } from '../../src/gateway.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import type { HttpSender } from '../../src/services.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { settings } from '../contract/entry-point.ts'

const file = (how: 'next' | 'link') => ({
  model: 'contacts',
  source: ['evidence/none#/'],
  list: { get: '/people', records: 'data', page: how === 'next' ? { url: 'next' } : { link: true } },
  fields: { id: 'id' },
  absent: {},
})
const provider = {
  name: 'Linked',
  source: ['evidence/none#/'],
  base: 'https://api.linked.example',
  hosts: ['api.linked.example', '*.linked.example'],
  auth: { api_key: { label: 'Key' } },
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers
type Answer = { status: number; body: any }
interface Options {
  readonly base_url?: string
  readonly allowPrivate?: boolean
  /** What every name resolves to; calls then go over the real sender. */
  readonly resolvesTo?: readonly string[]
}

export async function startLinked(how: 'next' | 'link', { base_url, allowPrivate = false, resolvesTo }: Options = {}) {
  const read = readConfig({ ...settings, KOINE_ALLOW_PRIVATE_HOSTS: allowPrivate ? '1' : '0', KOINE_RATE_LIMIT: '0' })
  if (!read.ok) throw new Error(read.faults.join())
  const directory = mkdtempSync(join(tmpdir(), 'koine-linked-'))
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const { KOINE_SECRET_KEY: secretKey } = read.config

  let next = ''
  let asked: string[] = []
  const written: HttpSender['send'] = async ({ url }) => {
    const isFirst = asked.push(url) === 1
    const headers = new Headers(isFirst && how === 'link' ? { link: `<${next}>; rel="next"` } : {})
    return {
      response: { status: 200, headers, text: JSON.stringify({ data: [{ id: '1' }], ...(isFirst && { next }) }) },
    }
  }
  const lookup = ((_: string, options: { all?: boolean }, done: (...given: unknown[]) => void) => {
    const all = (resolvesTo ?? []).map(address => ({ address, family: 4 }))
    if (options.all) done(null, all)
    else done(null, all[0]?.address, 4)
  }) as never
  const real = undiciSender({ allowPrivate, lookup })
  const files = {
    linked: {
      provider: async () => ({ default: provider }),
      models: { contacts: async () => ({ default: file(how) }) },
    },
  }
  const { app, store } = openGateway(read.config, files, {
    driver: openSqlite(path),
    sender: resolvesTo ? real : { ...real, send: written },
    now: Date.now,
    asset: async () => undefined,
    log: () => {},
  })
  const call = async (request: string, body?: unknown): Promise<Answer> => {
    const [method = '', target = ''] = request.split(/ (.*)/s)
    const answer = await app.request(target, {
      method,
      headers: {
        authorization: `Bearer ${secretKey}`,
        'connection-id': 'one',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  const integration = {
    provider: 'linked',
    unique_key: 'linked',
    ...(base_url && { integration_config: { base_url } }),
  }
  const credentials = { type: 'API_KEY', apiKey: 'k' }
  for (const [request, body] of [
    ['POST /integrations', integration],
    ['POST /connections', { provider_config_key: 'linked', connection_id: 'one', credentials }],
  ] as const) {
    const made = await call(request, body)
    if (made.status >= 300) throw new Error(JSON.stringify(made.body))
  }
  return {
    call,
    /** Reads a first page whose answer names this address, then the second; answers it, and what was called for it. */
    async walk(address: string): Promise<{ second: Answer; asked: string[] }> {
      next = address
      asked = []
      const first = await call('GET /contacts')
      if (!first.body?.next_cursor) throw new Error(`no second page: ${JSON.stringify(first.body)}`)
      const second = await call(`GET /contacts?cursor=${first.body.next_cursor}`)
      return { second, asked: asked.slice(1) }
    },
    async close() {
      await real.close()
      store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
