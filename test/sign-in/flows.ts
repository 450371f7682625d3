// A whole gateway that sees the internet as it is declared, https addresses and all, while every host of it is one
// server on 127.0.0.1: so a test holds a provider to the very addresses of its file, with private hosts forbidden.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import { type Config, readConfig } from '../../src/config.ts'
import { openGateway } from '../../src/gateway.ts'
import type { Files, ProviderFiles } from '../../src/mapping/catalogue.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import type { HttpSender } from '../../src/services.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { settings } from '../contract/entry-point.ts'
import { listen } from '../support/gateway.ts'
import { createBrowser } from './authorization-server.ts'

const loaded = (content: unknown) => async () => ({ default: content })

/** A provider without much: its contacts are `{ people: [{ id, full }] }`, so that a test sees which token came. */
export const invented = (host: string, more: object): ProviderFiles => ({
  provider: loaded({ name: 'Harbour', source: 'invented', base: `https://${host}`, hosts: [host], ...more }),
  models: {
    contacts: loaded({
      model: 'contacts',
      list: { get: '/people', records: 'people', max: 100 },
      fields: { id: 'id', name: 'full' },
    }),
  },
})

/** A request as it came to a provider. */
export interface Came {
  readonly method: string
  /** Scheme and host as they were meant, and the path: `https://api.acme.example/token`. */
  readonly url: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly text: string
  /** The body's parameters, of a form. */
  readonly form: URLSearchParams
}
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies
export type Json = any
export interface Called {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Json
}
/** What a person saw of a sign-in: the last page. */
export interface Seen {
  readonly status: number
  readonly page: string
}

/** What the provider's page gives back: the query of the redirect, by what it was asked. */
export type Grant = (asked: URL) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>

/**
 * Opens the gateway over providers; `answer` is the internet, and answers every request of the gateway, or undefined for
 * one that nobody should have sent. With a sender of its own (`own`), the gateway calls what there really is.
 */
export async function openFlows(
  files: Files,
  answer: (came: Came) => Response | undefined | Promise<Response | undefined>,
  more: Readonly<Record<string, string>> = {},
  own?: HttpSender,
) {
  const directory = mkdtempSync(join(tmpdir(), 'koine-flows-'))
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const asked: Came[] = []
  /** Requests that nobody should have sent. */
  const strange: string[] = []
  const internet = await listen(async request => {
    const meant = new URL(request.headers.get('x-meant') ?? '')
    const text = await request.text()
    const came: Came = {
      method: request.method,
      url: meant.origin + meant.pathname,
      query: meant.searchParams,
      headers: request.headers,
      text,
      form: new URLSearchParams(text),
    }
    asked.push(came)
    const answered = await answer(came)
    if (answered) return answered
    strange.push(`${came.method} ${came.url}`)
    return new Response('', { status: 418 })
  })
  const real = undiciSender({ allowPrivate: true })
  const through = <T extends { url: string; headers: Readonly<Record<string, string>> }>(request: T): T => {
    const { pathname, search } = new URL(request.url)
    return {
      ...request,
      url: internet.url + pathname + search,
      headers: { ...request.headers, 'x-meant': request.url },
    }
  }
  const sender: HttpSender = own ?? {
    ...real,
    send: request => real.send(through(request)),
    stream: request => real.stream(through(request)),
  }
  const log: string[] = []
  const clock = { ahead: 0 }
  const read = readConfig({
    ...settings,
    KOINE_ALLOW_PRIVATE_HOSTS: '0',
    KOINE_RATE_LIMIT: '0',
    KOINE_ENVIRONMENT_QUOTA: '0',
    ...more,
  })
  if (!read.ok) throw new Error(read.faults.join('\n'))
  const config: Config = read.config
  const { app, store } = openGateway(config, files, {
    driver: openSqlite(path),
    sender,
    now: () => Date.now() + clock.ahead,
    asset: async () => undefined,
    log: entry => log.push(JSON.stringify(entry)),
  })
  const gateway = await listen(request => app.fetch(request))
  /** Every body and header line that the gateway answered, but to `GET /connections/{id}`, which shows credentials. */
  const said: string[] = []
  const noted = (response: Response, text: string) => {
    said.push(
      `${response.status} ${[...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')}\n${text}`,
    )
  }

  async function call(request: string, body?: object, headers: Record<string, string> = {}): Promise<Called> {
    const [method = '', target = ''] = request.split(/ (.*)/s)
    const response = await fetch(gateway.url + target, {
      method,
      headers: {
        authorization: `Bearer ${config.KOINE_SECRET_KEY}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!target.startsWith('/connections/') && !target.startsWith('/integrations')) noted(response, text)
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
  }
  async function must(request: string, body?: object, headers?: Record<string, string>): Promise<Called> {
    const answered = await call(request, body, headers)
    expect(answered.status, `${request}: ${answered.text}`).toBeLessThan(300)
    return answered
  }
  const session = async (given: object = {}): Promise<string> =>
    (await must('POST /connect/sessions', { end_user: { id: 'user-7' }, ...given })).body.data.token
  const reconnection = async (id: string, key: string): Promise<string> =>
    (await must('POST /connect/sessions/reconnect', { connection_id: id, integration_id: key })).body.data.token

  /** A person on the connect page of a session. */
  function person(token: string) {
    const browser = createBrowser()
    async function seen(response: Response): Promise<Seen> {
      const page = await response.text()
      noted(response, page)
      return { status: response.status, page }
    }
    const go = async (target: string, init?: RequestInit) => seen(await browser.go(gateway.url + target, init))
    const send = (form: Readonly<Record<string, string>>) =>
      go(`/connect/${token}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form),
      })
    const submit = (integration: string, type: string, fields: Readonly<Record<string, string>> = {}) =>
      send({ do: 'submit', integration, type, back: 'page', ...fields })
    /** Goes to the provider's page; answers its address, or what the person saw in its place. */
    async function leave(integration: string, type = 'OAUTH2', fields = {}): Promise<URL> {
      const { status, page } = await submit(integration, type, fields)
      const start = /\/oauth\/start\/[0-9a-f]{64}/.exec(page)?.[0]
      if (start === undefined) throw new Error(`${status}: ${page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')}`)
      const response = await browser.go(gateway.url + start)
      noted(response, await response.text())
      const location = response.headers.get('location')
      if (location === null) throw new Error(`${response.status} and no way to the provider`)
      return new URL(location)
    }
    /** Comes back from the provider's page with what it gave. */
    const comeBack = (address: URL, given: Readonly<Record<string, string>>) => {
      const query = new URLSearchParams({ state: address.searchParams.get('state') ?? '', ...given })
      return go(`/oauth/callback?${query}`)
    }
    return {
      browser,
      go,
      send,
      submit,
      leave,
      comeBack,
      /** The whole way to the provider and back, and then what the connect page says. */
      async signIn(integration: string, grant: Grant, { type = 'OAUTH2', fields = {} } = {}): Promise<Seen> {
        const address = await leave(integration, type, fields)
        const back = await comeBack(address, await grant(address))
        const attempt = /data-attempt="([0-9a-f]{64})"/.exec(back.page)?.[1]
        return attempt === undefined ? back : go(`/connect/${token}?attempt=${attempt}`)
      },
    }
  }
  /** The connections that there are, the oldest first, and one of them with its credentials. */
  const connections = async (): Promise<Json[]> => (await must('GET /connections')).body.connections
  const shown = async (id: string): Promise<Json> => (await must(`GET /connections/${id}?refresh_token=true`)).body
  const newest = async (): Promise<Json> => {
    const last = (await connections()).at(-1)
    return last && shown(last.connection_id)
  }
  const contacts = (id: string) => call('GET /contacts', undefined, { 'connection-id': id })

  return {
    gateway,
    config,
    clock,
    asked,
    strange,
    log,
    said,
    call,
    must,
    session,
    reconnection,
    person,
    connections,
    shown,
    newest,
    contacts,
    /** Requests to one address, in order. */
    askedAt: (url: string) => asked.filter(came => came.url === url),
    /** All bytes of the database, its log of writes included. */
    stored: () =>
      [path, `${path}-wal`]
        .map(each => {
          try {
            return readFileSync(each, 'latin1')
          } catch {
            return ''
          }
        })
        .join(''),
    rows(query: string): Json[] {
      const database = new DatabaseSync(path, { readOnly: true })
      try {
        return database.prepare(query).all()
      } finally {
        database.close()
      }
    },
    async close() {
      await gateway.close()
      await internet.close()
      await real.close()
      store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
export type Flows = Awaited<ReturnType<typeof openFlows>>

/** Text of a page, without its marks. */
export const textOf = (page: string): string =>
  page
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
/** Whether a page of the connect page says that the account is connected. */
export const isConnected = (page: string): boolean => page.includes('{&quot;state&quot;:&quot;connected&quot;')
