// Deliveries over a real database and receivers on real sockets; the time is moved by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSeal } from '../../src/credentials/seal.ts'
import { createProviderClient } from '../../src/provider/client.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'
import type { LogEntry } from '../../src/store/index.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { createDeliverer, createSendWebhook, createWebhooks } from '../../src/webhooks/index.ts'
import { listen } from '../support/gateway.ts'

export const START = Date.parse('2026-01-01T00:00:00Z')

export interface Came {
  readonly headers: Headers
  readonly body: string
}
/** A receiver that notes what comes and answers as it is told, 200 unless it is. */
export async function receiver() {
  const came: Came[] = []
  const answers: (() => Response | Promise<Response>)[] = []
  const server = await listen(async request => {
    came.push({ headers: request.headers, body: await request.text() })
    return answers.shift()?.() ?? new Response('ok')
  })
  return { came, answers, ...server }
}

interface Opening {
  readonly allowPrivate?: boolean
  readonly lookup?: NonNullable<Parameters<typeof undiciSender>[0]['lookup']>
  readonly places?: number
  /** Milliseconds that a receiver has. */
  readonly timeout?: number
}

/** A database, and processes over it. */
export async function outbox() {
  const clock = { now: START }
  const now = () => clock.now
  const entries: LogEntry[] = []
  const logged: Readonly<Record<string, unknown>>[] = []
  const directory = mkdtempSync(join(tmpdir(), 'koine-webhooks-'))
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const closing: (() => unknown)[] = []

  function open({ allowPrivate = true, lookup, places, timeout }: Opening = {}) {
    const store = openStore({
      driver: openSqlite(path),
      seal: createSeal(Buffer.alloc(32, 7).toString('base64')),
      now,
      secretKey: 'koine_secret-key-of-the-tests',
      log: entry => void logged.push(entry),
    })
    const sender = undiciSender({ allowPrivate, ...(lookup && { lookup }) })
    closing.push(
      () => sender.close(),
      () => store.close(),
    )
    const client = createProviderClient({ sender, now, maxBytes: 1e6, allowPrivate })
    const send = createSendWebhook({ client, now, timeout })
    const log = (entry: Readonly<Record<string, unknown>>) => void logged.push(entry)
    const note = (entry: LogEntry) => void entries.push(entry)
    const { deliver, wake } = createDeliverer({
      store,
      send,
      now,
      random: () => 0,
      places,
      note,
      log,
    })
    return { store, deliver, webhooks: createWebhooks({ store, send, now, log, note, added: wake }) }
  }
  const first = open()
  /** A new environment whose webhooks go to an address. */
  async function tenant(name: string, webhook_url: string): Promise<string> {
    const made = await first.store.environments.create(name)
    if ('taken' in made) throw new Error('taken')
    await first.store.environments.change(made.made.id, { webhook_url })
    return made.made.id
  }
  return {
    clock,
    /** Entries of `GET /logs`. */
    entries,
    logged,
    path,
    open,
    ...first,
    tenant,
    async close() {
      for (const close of closing) await close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Keeps a delivery whose body names it. */
export const add = (store: Store, environment: string, id: string, url?: string) =>
  store.outbox.add({ id, environment, connection: '', type: 'auth', body: `{"id":"${id}"}`, url })
