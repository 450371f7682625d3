// The entry point at the edge: D1, fetch, static assets, a cron.
import type { ExecutionContext } from 'hono'
import { files } from '../mappings/index.ts'
import { readConfig } from './config.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { describe } from './problem/index.ts'
import { fetchSender } from './provider/senders/fetch.ts'
import { type D1, openD1 } from './store/d1.ts'

/** What `wrangler.toml` binds: the database, the static files, and the settings as texts. */
interface Bindings {
  readonly DB: D1
  readonly ASSETS: { fetch(request: Request | string): Promise<Response> }
  readonly [setting: string]: unknown
}

const log = (entry: Readonly<Record<string, unknown>>): void => {
  // biome-ignore lint/suspicious/noConsole: the standard output of a Worker
  console.log(JSON.stringify(entry))
}
const settingsOf = (bindings: Bindings): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(bindings).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

let opened: Gateway | undefined
/** The gateway of this isolate, made with its first request; or what is wrong with its settings. */
function open(bindings: Bindings): Gateway | { faults: string[] } {
  if (opened) return opened
  const read = readConfig(settingsOf(bindings))
  if (!read.ok) return { faults: read.faults }
  opened = openGateway(read.config, files, {
    driver: openD1(bindings.DB),
    sender: fetchSender((input, init) => fetch(input, init)),
    now: Date.now,
    asset: async path => {
      const found = await bindings.ASSETS.fetch(`https://assets.invalid${path}`)
      return found.ok ? found : undefined
    },
    log,
  })
  return opened
}

export default {
  async fetch(request: Request, bindings: Bindings, invocation: ExecutionContext): Promise<Response> {
    const gateway = open(bindings)
    if ('app' in gateway) {
      const response = await gateway.app.fetch(request, bindings, invocation)
      invocation.waitUntil(gateway.store.logs.flush())
      return response
    }
    log({ level: 'error', configuration: gateway.faults })
    const body = describe(
      { code: 'unavailable', detail: 'The gateway is not configured; its log says what is missing.' },
      crypto.randomUUID(),
    )
    return new Response(JSON.stringify(body), {
      status: body.status,
      headers: { 'content-type': 'application/problem+json' },
    })
  },
  scheduled(_event: unknown, bindings: Bindings, invocation: ExecutionContext): void {
    const gateway = open(bindings)
    if ('store' in gateway) invocation.waitUntil(gateway.store.purge())
  },
}
