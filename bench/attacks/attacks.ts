// What callers and providers do to a gateway that is attacked. Each answers in a few words what came of it.
import { setTimeout as delay } from 'node:timers/promises'
import { head, hold, silent } from './sockets.ts'

export interface Target {
  readonly url: string
  readonly key: string
  /** The hostile provider. */
  readonly upstream: string
  /** Where the gateway keeps its files. */
  readonly data: string
}
export interface Attack {
  readonly name: string
  run(target: Target): Promise<string>
}

/** Calls the gateway; answers status, code of a problem, and bytes of the body. */
async function call(
  { url, key }: Target,
  request: string,
  { body, headers = {} }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<{ status: number; text: string; said: string }> {
  const [method = '', path = ''] = request.split(/ (.*)/s)
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  })
  const text = await answer.text()
  const code = /"code":"([a-z-]+)"/.exec(text.slice(0, 2_000))?.[1]
  return { status: answer.status, text, said: `${answer.status}${answer.ok ? '' : ` ${code}`}` }
}

/** Makes an integration whose provider is the hostile one, in one of its ways, with a connection. */
async function connectTo(target: Target, kind: string): Promise<Readonly<Record<string, string>>> {
  const unique_key = `to-${kind.replace(/[^a-z0-9]/gi, '-')}`
  const integration_config = { base_url: `${target.upstream}/${encodeURIComponent(kind)}` }
  await call(target, 'POST /integrations', { body: { provider: 'hubspot', unique_key, integration_config } })
  await call(target, 'POST /connections', {
    body: {
      provider_config_key: unique_key,
      connection_id: 'one',
      credentials: { type: 'OAUTH2', access_token: 'planted-token' },
    },
  })
  return { 'connection-id': 'one', 'provider-config-key': unique_key }
}

/** A provider that answers in a way: what a call then says, and how much it is. */
const provider = (kind: string, request = 'GET /deals?limit=1'): Attack => ({
  name: `provider: ${kind}`,
  async run(target) {
    const headers = await connectTo(target, kind)
    const { said, text } = await call(target, request, { headers })
    return `${said}, ${(text.length / 1024).toFixed(0)} kB`
  },
})

/** What is the same for everybody, with an address of its own. */
export const STATIC = ['/docs', '/docs/reference.js', '/openapi.json', '/problems', '/providers', '/coverage']
const MB = 1024 * 1024

/** Bodies that begin, on connections of their own, and do not end. */
const unfinished = (name: string, headersOf: (target: Target) => Readonly<Record<string, string>>): Attack => ({
  name: `40 unfinished bodies of 9.9 MB ${name}`,
  async run(target) {
    const json = { 'transfer-encoding': 'chunked', 'content-type': 'application/json' }
    const chunk = Buffer.alloc(9.9 * MB, 0x20)
    const sockets = []
    for (let n = 0; n < 40; n++) {
      const socket = await silent(target.url, head('POST /contacts', { ...json, ...headersOf(target) }))
      socket.write(`${chunk.length.toString(16)}\r\n`)
      socket.write(chunk)
      sockets.push(socket)
    }
    await hold(sockets, 3_000)
    return 'closed'
  },
})

export const attacks: readonly Attack[] = [
  ...STATIC.map(path => ({
    name: `600 unread GET ${path} on one connection`,
    async run({ url, key }: Target) {
      const one = head(`GET ${path}`, { authorization: `Bearer ${key}` })
      await hold([await silent(url, one.repeat(600))], 3_000)
      return 'closed'
    },
  })),
  {
    name: '600 unread lists of 200 records on one connection',
    async run(target) {
      const headers = await connectTo(target, 'a page of 200 records')
      const one = head('GET /deals?limit=200&raw=true', { ...headers, authorization: `Bearer ${target.key}` })
      await hold([await silent(target.url, one.repeat(600))], 5_000)
      return 'closed'
    },
  },
  unfinished('without a key', () => ({})),
  unfinished('with a key', ({ key }) => ({ authorization: `Bearer ${key}`, 'connection-id': 'one' })),
  {
    name: 'a body of 10 MB of nested lists',
    async run(target) {
      const body = `{"last_name":"x","pass_through":{"a":${'['.repeat(5 * MB - 100)}${']'.repeat(5 * MB - 100)}}}`
      const headers = await connectTo(target, 'plain')
      return (await call(target, 'POST /contacts', { headers, body })).said
    },
  },
  {
    name: 'a body of 10 MB with a million unknown fields',
    async run(target) {
      const body = `{${Array.from({ length: 700_000 }, (_, n) => `"f${n}":1`).join()}}`
      const headers = await connectTo(target, 'plain')
      const { said, text } = await call(target, 'POST /contacts', { headers, body })
      return `${said}, ${(text.length / 1024).toFixed(0)} kB`
    },
  },
  {
    name: 'an action function that makes every mistake, 50 times',
    async run(target) {
      const headers = await connectTo(target, 'plain')
      const one = () => call(target, 'POST /action/trigger', { headers, body: { action_name: 'careless' } })
      const all = await Promise.all(Array.from({ length: 50 }, one))
      return [...new Set(all.map(({ said }) => said))].join(', ')
    },
  },
  {
    name: '128 unread streams of one connection; then another connection',
    async run(target) {
      const headers = await connectTo(target, 'an endless body')
      const more = { ...headers, authorization: `Bearer ${target.key}` }
      const sockets = await Promise.all(
        Array.from({ length: 128 }, () => silent(target.url, head('GET /proxy/x', more))),
      )
      const other = await connectTo(target, 'plain')
      const started = performance.now()
      const answer = await call(target, 'GET /contacts', { headers: other }).catch((error: Error) => ({
        said: error.name,
      }))
      const ms = performance.now() - started
      await hold(sockets, 0)
      return `${answer.said} after ${ms.toFixed(0)} ms`
    },
  },
  provider('a number of 60,000 digits'),
  provider('200 numbers of 60,000 digits'),
  provider('a page of 3 million records'),
  provider('a record with a million properties', 'GET /deals?limit=1&raw=true'),
  provider('5 million levels', 'GET /contacts?limit=1&raw=true'),
  provider('one text of 15 MB', 'GET /contacts?limit=1'),
  provider('an error of 15 MB'),
  provider('a link header of 15 kB'),
  provider('a gzip bomb of 256 MB'),
  provider('empty gzip members without end'),
  {
    name: '400 connections with 512 KiB of metadata; list and read them',
    async run(target) {
      const { 'provider-config-key': provider_config_key } = await connectTo(target, 'plain')
      const metadata = { text: 'x'.repeat(511 * 1024) }
      for (let n = 0; n < 400; n++)
        await call(target, 'POST /connections', {
          body: {
            provider_config_key,
            connection_id: `big-${n}`,
            metadata,
            credentials: { type: 'OAUTH2', access_token: 't' },
          },
        })
      const list = await call(target, 'GET /connections?limit=200')
      for (let n = 0; n < 400; n++)
        await call(target, 'GET /contacts?limit=1', {
          headers: { 'connection-id': `big-${n}`, 'provider-config-key': provider_config_key ?? '' },
        })
      return `${list.said}, ${(list.text.length / MB).toFixed(1)} MB`
    },
  },
  {
    name: '500 filters of different tags',
    async run(target) {
      const said = new Set<string>()
      for (let n = 1; n <= 500; n++) {
        const tags = Array.from({ length: (n % 49) + 1 }, (_, tag) => `tags[t${tag}${n}]=v`)
        const integrations = Array.from({ length: Math.ceil(n / 49) }, (_, key) => `crm-${key}`).join()
        said.add((await call(target, `GET /connections?integrationId=${integrations}&${tags.join('&')}`)).said)
      }
      return [...said].join(', ')
    },
  },
  {
    name: 'another process holds the write lock for 4 s',
    async run(target) {
      const { 'provider-config-key': provider_config_key } = await connectTo(target, 'plain')
      const { DatabaseSync } = await import('node:sqlite')
      const database = new DatabaseSync(`${target.data}/koine.sqlite`)
      database.exec('BEGIN IMMEDIATE')
      const write = call(target, 'POST /connections', {
        body: {
          provider_config_key,
          connection_id: 'while-locked',
          credentials: { type: 'OAUTH2', access_token: 't' },
        },
      })
      const health = performance.now()
      await call(target, 'GET /health')
      const ms = performance.now() - health
      await delay(4_000)
      database.exec('COMMIT')
      database.close()
      return `write ${(await write).said}, /health meanwhile ${ms.toFixed(0)} ms`
    },
  },
]
