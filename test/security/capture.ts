import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a provider received it: nothing decoded, nothing mended. */
export interface Captured {
  readonly method: string
  /** Path and query as they stood in the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  /** Names and values as they came, in turn. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}
export interface Capture {
  readonly url: string
  /** What came since this was last called. */
  taken(): Captured[]
  close(): Promise<void>
}

/** A provider on 127.0.0.1 that writes down what it is sent; `answer` stands for it. */
export async function startCapture(answer: (request: Request) => Response | Promise<Response>): Promise<Capture> {
  let seen: Captured[] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const { method = '', url: target = '', headers, rawHeaders } = incoming
    seen.push({ method, target, headers, rawHeaders, body })
    const answered = await answer(
      new Request(`http://127.0.0.1${target}`, {
        method,
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]),
        ...(body !== '' && { body }),
      }),
    )
    outgoing.writeHead(answered.status, Object.fromEntries(answered.headers))
    outgoing.end(Buffer.from(await answered.arrayBuffer()))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken() {
      const all = seen
      seen = []
      return all
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
