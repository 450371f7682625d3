// Sends one request over kept connections, each with one under way, for some time; prints what it saw as one
// line of JSON. A process of its own, so that its work is not counted as the server's:
// `node bench/load.ts <origin> <connections> <seconds> <request as JSON>`.
import { Client, type Dispatcher } from 'undici'
import type { Ask } from './ask.ts'
import { quantile } from './statistics.ts'

/** What one run of the load saw. */
export interface Load {
  readonly requests: number
  readonly seconds: number
  /** Milliseconds from a request to the last byte of its answer. */
  readonly p50: number
  readonly p99: number
}

const [origin = '', connections, seconds, asked = ''] = process.argv.slice(2)
const { method, path, headers, body } = JSON.parse(asked) as Ask
const options: Dispatcher.DispatchOptions = { method, path, headers, body: body ?? null }

/** One request; resolves with its milliseconds, rejects for anything but 200. */
const ask = (client: Client): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    let status = 0
    client.dispatch(options, {
      onRequestStart() {},
      onResponseStart(_controller, code) {
        status = code
      },
      onResponseData() {},
      onResponseEnd() {
        if (status === 200) resolve(performance.now() - started)
        else reject(new Error(`${method} ${path} answered ${status}`))
      },
      onResponseError(_controller, error) {
        reject(error)
      },
    })
  })

const latencies: number[] = []
const began = performance.now()
const end = began + Number(seconds) * 1000
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    const client = new Client(origin)
    while (performance.now() < end) latencies.push(await ask(client))
    await client.close()
  }),
)
const load: Load = {
  requests: latencies.length,
  seconds: (performance.now() - began) / 1000,
  p50: quantile(latencies, 0.5),
  p99: quantile(latencies, 0.99),
}
console.log(JSON.stringify(load))
