// A provider that answers every request with the same page: `node bench/upstream.ts <port>`.
import { createServer } from 'node:http'
import { page } from './page.ts'

const body = Buffer.from(page)
createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength })
  response.end(body)
}).listen(Number(process.argv[2]), '127.0.0.1')
