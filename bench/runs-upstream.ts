// A provider whose contacts take their time: `node bench/runs-upstream.ts <port> <milliseconds>`. `POST /hold` lets none
// end before `POST /go`; `GET /figures` says how many have ended since then, and how long that took.
import { createServer, type ServerResponse } from 'node:http'

const [port, ms = 0] = process.argv.slice(2).map(Number)
const body = JSON.stringify({
  id: '1',
  properties: { firstname: 'Ada' },
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
})
let held: ServerResponse[] | undefined
let [went, last, count] = [0, 0, 0]

const answer = (response: ServerResponse, content: string) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) })
  response.end(content)
}
const answerLater = (response: ServerResponse) =>
  setTimeout(() => {
    answer(response, body)
    last = performance.now()
    count++
  }, ms)

createServer((request, response) => {
  request.resume()
  if (request.url === '/hold') held = []
  else if (request.url === '/go') {
    ;[went, count] = [performance.now(), 0]
    for (const waiting of held ?? []) answerLater(waiting)
    held = undefined
  } else if (request.url !== '/figures') {
    if (held) held.push(response)
    else answerLater(response)
    return
  }
  answer(response, JSON.stringify({ count, held: held?.length ?? 0, ms: last - went }))
}).listen(port, '127.0.0.1')
