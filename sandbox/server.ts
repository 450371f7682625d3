import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { deliver, json, type Reply } from './faults/inflict.ts'
import { createQueue } from './faults/queue.ts'
import { type Chosen, faults, partFault } from './faults.ts'
import { createSandbox, sandboxes } from './index.ts'

/** A request that reached a sandbox provider. */
export interface Seen {
  readonly provider: string
  readonly method: string
  /** Path and query below the provider's name. */
  readonly target: string
  /** The fault that it met. */
  readonly fault?: string
  /** When it came, in epoch milliseconds. */
  readonly at: number
  /** How it ended: answered, or with a connection that was closed before. */
  ended?: 'answered' | 'cut'
}
export interface SandboxServer {
  readonly url: string
  /** The latest requests, oldest first. */
  readonly requests: Seen[]
  /** Open connections. */
  sockets(): Promise<number>
  /** Puts the records back as they were, and forgets the faults and requests. */
  reset(): void
  close(): Promise<void>
}

/** Requests that are remembered. */
const REMEMBERED = 10_000

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The headers of a request without the fault in its token, and that fault. */
function signedHeaders(incoming: IncomingMessage): { headers: Headers; fault: Chosen | undefined } {
  const headers = new Headers()
  let fault: Chosen | undefined
  for (const [name, value] of Object.entries(incoming.headers)) {
    const text = [value ?? []].flat().join(', ')
    const parted = partFault(text)
    fault ??= parted.fault
    headers.set(name, parted.header)
  }
  return { headers, fault }
}

/**
 * Serves the sandbox providers on 127.0.0.1, on any free port. Faults are switched on by a token (`secret~slow-body`)
 * for a connection, and by `POST /_faults` for requests to come: docs/sandbox.md.
 */
export async function startSandbox(port = 0): Promise<SandboxServer> {
  const { app, reset } = createSandbox()
  const queue = createQueue(Object.keys(sandboxes))
  const requests: Seen[] = []
  const untouched = getRequestListener(app.fetch)
  let [url, elsewhere] = ['', '']

  /** Has the sandbox carry out a request, and answers its reply whole. */
  async function carryOut(method: string, address: string, headers: Headers, body: Buffer): Promise<Reply> {
    headers.delete('content-length')
    const hasBody = method !== 'GET' && body.byteLength > 0
    const request = new Request(address, { method, headers, ...(hasBody && { body: new Uint8Array(body) }) })
    const answer = await app.fetch(request)
    const bytes = Buffer.from(await answer.arrayBuffer())
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes }
  }

  async function control(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const victim = { outgoing } as Parameters<typeof deliver>[0]
    if (incoming.method === 'POST') {
      let given: unknown
      try {
        given = JSON.parse((await bodyOf(incoming)).toString())
      } catch {}
      const wrong = queue.add(given)
      if (wrong !== undefined) return deliver(victim, json(400, { message: wrong }))
    } else if (incoming.method === 'DELETE') queue.clear()
    else if (incoming.method !== 'GET') return deliver(victim, json(405, { message: 'GET, POST or DELETE.' }))
    deliver(victim, json(200, { faults: Object.keys(faults), waiting: queue.waiting }))
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url: whole = '/' } = incoming
    if (whole === '/_faults') return control(incoming, outgoing)
    const [, provider = '', target = '/'] = /^\/([^/?]+)(.*)$/s.exec(whole) ?? []
    const { headers, fault: own } = signedHeaders(incoming)
    const fault = own ?? queue.take({ provider, method, path: target })
    const seen: Seen = { provider, method, target, at: Date.now(), ...(fault && { fault: fault.name }) }
    requests.push(seen)
    if (requests.length > REMEMBERED) requests.shift()
    outgoing.once('close', () => {
      seen.ended = outgoing.writableFinished ? 'answered' : 'cut'
    })
    const { dialect } = sandboxes[provider] ?? {}
    if (!fault || !dialect) return untouched(incoming, outgoing)
    const body = await bodyOf(incoming)
    await faults[fault.name]!({
      dialect,
      method,
      target,
      body,
      argument: fault.argument,
      elsewhere,
      incoming,
      outgoing,
      carryOut: (instead = {}) =>
        carryOut(
          method,
          `${url}/${provider}${instead.target ?? target}`,
          new Headers({ ...Object.fromEntries(headers), ...instead.headers }),
          instead.body ?? body,
        ),
    })
  }

  const server = createServer((incoming, outgoing) => {
    // A caller that goes away while its request is being read or answered is no failure of the sandbox.
    serve(incoming, outgoing).catch(error => {
      if (!outgoing.destroyed) outgoing.destroy(error as Error)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  url = `http://127.0.0.1:${bound}`
  elsewhere = `http://localhost:${bound}/elsewhere`
  return {
    url,
    requests,
    sockets: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    reset() {
      reset()
      queue.clear()
      requests.length = 0
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
