// A gateway that listens, a HubSpot behind it to write to, and a token endpoint that the tests decide about.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configure, startGateway } from '../../src/node.ts'
import { settings } from '../contract/entry-point.ts'
import { startUpstream } from '../contract/upstream.ts'
import { listen } from '../support/gateway.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  readonly body: any
}
export type Served = Awaited<ReturnType<typeof serveGateway>>

export async function serveGateway(more: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'koine-management-'))
  const { upstream, close: closeUpstream } = await startUpstream()
  const asked: URLSearchParams[] = []
  let answer: () => Response = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
  const tokens = await listen(async request => {
    asked.push(new URLSearchParams(await request.text()))
    return answer()
  })
  const configured = configure({ ...settings, KOINE_DATA: directory, PORT: '0', ...more })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  const gateway = await startGateway(configured.config, () => {})

  async function call(
    request: string,
    body?: unknown,
    { key = settings.KOINE_SECRET_KEY, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const [method = '', path = ''] = request.split(/ (.*)/s)
    const response = await fetch(gateway.url + path, {
      method,
      // The documented client sends the content type with every request, also without a body.
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
  }
  async function must(request: string, body?: unknown, sending?: Parameters<typeof call>[2]): Promise<Answer> {
    const got = await call(request, body, sending)
    if (got.status >= 300) throw new Error(`${request} answered ${got.status}: ${got.text}`)
    return got
  }
  return {
    url: gateway.url,
    key: settings.KOINE_SECRET_KEY,
    /** A HubSpot to write to. */
    provider: upstream.scratch,
    tokenUrl: `${tokens.url}/token`,
    /** What the token endpoint was asked. */
    asked,
    answerTokensWith: (how: typeof answer) => {
      answer = how
    },
    call,
    must,
    async close() {
      await gateway.close()
      await tokens.close()
      await closeUpstream()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** An instant as answers have it. */
export const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/
/** The token of a connect session: 64 hexadecimal digits. */
export const TOKEN = /^nango_connect_session_[0-9a-f]{64}$/
