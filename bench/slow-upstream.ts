// A provider that takes its time for the accounts whose token begins with `slow`, and answers the others at once with a
// page of contacts. What is under `/endless` comes without an end: `node bench/slow-upstream.ts <port> <milliseconds>`.
import { createServer, type ServerResponse } from 'node:http'
import { page } from './page.ts'

const body = Buffer.from(page)
const none = Buffer.from('{"results":[]}')
const piece = Buffer.alloc(65_536, ' ')
const [port, ms] = process.argv.slice(2).map(Number)

const answer = (response: ServerResponse, content: Buffer) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': content.byteLength })
  response.end(content)
}
const fill = (response: ServerResponse) => {
  while (!response.closed && response.write(piece));
}

createServer((request, response) => {
  if (request.url?.startsWith('/endless')) {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    response.on('drain', () => fill(response))
    return fill(response)
  }
  if (!request.headers.authorization?.startsWith('Bearer slow')) return answer(response, body)
  const timer = setTimeout(() => answer(response, none), ms)
  response.once('close', () => clearTimeout(timer))
}).listen(port, '127.0.0.1')
