import { expect } from 'vitest'
import type { EntryPoint } from './entry-point.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  readonly body: any
}
export interface Sending {
  /** The API key; the first key of the environment `dev` unless given, and none for null. */
  readonly key?: string | null
  /** `Connection-Id` */
  readonly connection?: string
  /** Sent as JSON; a text goes as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What every case has at hand. */
export interface Caller {
  readonly entryPoint: EntryPoint
  /** `call('GET /contacts?limit=2', { connection: 'people' })` */
  call(request: string, sending?: Sending): Promise<Answer>
  /** Pages of a list, by its cursors, to the end. */
  walk(path: string, sending?: Sending): Promise<Answer[]>
  /** A new environment, and its first key. */
  tenant(): Promise<{ id: string; key: string }>
  /** A key of the environment `dev` with just these scopes. */
  keyWith(...scopes: string[]): Promise<{ id: string; key: string }>
  /** Makes an integration with HubSpot at an address, and a connection of the same name. */
  connect(name: string, address: string, sending?: Sending & { token?: string; connection?: string }): Promise<void>
}

/** More pages than any list here has. */
const ENDLESS = 400

const isJson = (headers: Headers): boolean => /\bjson\b/.test(headers.get('content-type') ?? '')

/** Calls an entry point; `find` is called each time, since it starts only after the cases are registered. */
export function callerOf(find: () => EntryPoint): Caller {
  async function call(request: string, { key, connection, body, headers }: Sending = {}): Promise<Answer> {
    const [method = '', path = ''] = request.split(/ (.*)/s)
    const bearer = key === undefined ? find().key : key
    const answer = await find().fetch(path, {
      method,
      headers: {
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...(connection !== undefined && { 'connection-id': connection }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: isJson(answer.headers) && text !== '' ? JSON.parse(text) : undefined,
    }
  }
  async function must(request: string, sending: Sending): Promise<Answer> {
    const answer = await call(request, sending)
    if (answer.status >= 300) throw new Error(`${request} answered ${answer.status}: ${answer.text}`)
    return answer
  }
  let tenants = 0
  return {
    get entryPoint() {
      return find()
    },
    call,
    async walk(path, sending) {
      const pages: Answer[] = []
      let cursor: string | null = null
      do {
        const next: string = cursor === null ? path : `${path}&cursor=${cursor}`
        const page = await must(`GET ${next}`, sending ?? {})
        pages.push(page)
        cursor = page.body.next_cursor
        expect(pages.length, 'a list that does not end').toBeLessThan(ENDLESS)
      } while (cursor !== null)
      return pages
    },
    async tenant() {
      const { body } = await must('POST /environments', { body: { name: `tenant-${++tenants}` } })
      return { id: body.data.id, key: body.data.api_key.key }
    },
    async keyWith(...scopes) {
      const { body } = await must('POST /environment/api-keys', { body: { name: scopes.join().slice(0, 255), scopes } })
      return { id: body.data.id, key: body.data.key }
    },
    async connect(name, address, { token = 'sandbox-hubspot-token', connection = name, ...sending } = {}) {
      await must('POST /integrations', {
        ...sending,
        body: { provider: 'hubspot', unique_key: name, integration_config: { base_url: address } },
      })
      const credentials = { type: 'OAUTH2', access_token: token }
      await must('POST /connections', {
        ...sending,
        body: { provider_config_key: name, connection_id: connection, credentials },
      })
    },
  }
}

/** An answer that is a problem of that status and code, whole and as documented; answers its body. */
export function problem(answer: Answer, status: number, code: string) {
  expect([answer.status, answer.body?.code]).toEqual([status, code])
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: answer.headers.get('x-request-id'),
    source: expect.stringMatching(/^(caller|gateway|provider)$/),
    retryable: expect.any(Boolean),
    error: { code, message: answer.body.detail },
  })
  return answer.body
}

/** The pointers of a problem, in order. */
export const pointers = (body: { errors?: { pointer: string }[] }): string[] =>
  (body.errors ?? []).map(({ pointer }) => pointer)
