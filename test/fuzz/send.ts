import { Agent, request } from 'node:http'

/** A request as it goes over the wire: the path is sent as it is, dots, percent signs and all. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer | undefined
  /** Sends the body without saying how long it is. */
  readonly chunked?: boolean | undefined
}
export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Milliseconds after which an answer counts as none: above every timeout of the gateway. */
const HANGS = 15_000

/** A caller over kept connections that leaves a request as it is, where `fetch` would mend it. */
export function rawCaller(origin: string): { send(sent: Sent): Promise<Received>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const { hostname, port } = new URL(origin)
  return {
    send: ({ method, path, headers, body, chunked = false }) =>
      new Promise((resolve, reject) => {
        const framed: Record<string, string> =
          body === undefined
            ? {}
            : chunked
              ? { 'transfer-encoding': 'chunked' }
              : { 'content-length': String(Buffer.byteLength(body)) }
        const asked = request(
          { agent, hostname, port, method, path, headers: { ...headers, ...framed }, timeout: HANGS },
          answer => {
            const chunks: Buffer[] = []
            answer.on('data', chunk => chunks.push(chunk))
            answer.on('error', reject)
            answer.on('end', () =>
              resolve({
                status: answer.statusCode ?? 0,
                headers: answer.headers,
                text: Buffer.concat(chunks).toString('utf8'),
              }),
            )
          },
        )
        asked.on('timeout', () => asked.destroy(new Error(`${method} ${path} hangs`)))
        asked.on('error', reject)
        asked.end(body)
      }),
    close: () => agent.destroy(),
  }
}
