// A provider that means harm: `node bench/attacks/hostile.ts <port>`. The first segment of a path says how.
import { createServer, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** A page as HubSpot writes it, around records that are given as JSON. */
const page = (records: string): string => `{"results":[${records}]}`
const record = (properties: string): string => `{"id":"1","properties":{${properties}}}`
const json = (text: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(text)
}
/** Writes the same bytes as long as somebody reads. */
const endless = (bytes: Buffer) => (response: ServerResponse) => {
  const go = () => {
    while (!response.destroyed && response.write(bytes));
  }
  response.on('drain', go)
  go()
}

const MB = 1024 * 1024
const digits = '1'.repeat(60_000)
const plain = page(record('"email":"ada@example.com"'))

export const kinds: Readonly<Record<string, (response: ServerResponse) => void>> = {
  plain: json(plain),
  'never answers': () => {},
  'a page of 200 records': json(
    page(Array.from({ length: 200 }, () => record(`"dealname":"${'x'.repeat(500)}"`)).join()),
  ),
  'an endless body': response => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    endless(Buffer.alloc(64 * 1024))(response)
  },
  'empty gzip members without end': response => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    endless(Buffer.concat(Array.from({ length: 1000 }, () => gzipSync(''))))(response)
  },
  'a gzip bomb of 256 MB': response => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(bomb)
  },
  'a number of 60,000 digits': json(page(record(`"amount":"${digits}","hs_lastmodifieddate":"${digits}"`))),
  '200 numbers of 60,000 digits': json(page(Array.from({ length: 200 }, () => record(`"amount":"${digits}"`)).join())),
  'a page of 3 million records': json(page(Array.from({ length: 3_000_000 }, () => '{}').join())),
  'a record with a million properties': json(
    page(record(Array.from({ length: 1_000_000 }, (_, n) => `"p${n}":1`).join())),
  ),
  '5 million levels': json(page(record(`"email":${'['.repeat(5 * MB)}${']'.repeat(5 * MB)}`))),
  'one text of 15 MB': json(page(record(`"email":"${'a@'.repeat(7 * MB)}"`))),
  'an error of 15 MB': response => {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(
      `{"message":"${'x '.repeat(7 * MB)}","errors":[${Array.from({ length: 100_000 }, () => '{}').join()}]}`,
    )
  },
  'a link header of 15 kB': response => {
    response.writeHead(200, { 'content-type': 'application/json', link: '<'.repeat(5_000) + ';rel='.repeat(1_500) })
    response.end('[]')
  },
}
const bomb = gzipSync(Buffer.alloc(256 * MB))

createServer((request, response) => {
  const kind = decodeURIComponent(request.url?.split('/')[1] ?? '')
  request.resume()
  ;(kinds[kind] ?? kinds.plain!)(response)
}).listen(Number(process.argv[2]), '127.0.0.1')
