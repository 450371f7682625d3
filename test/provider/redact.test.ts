import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { Signature } from '../../src/provider/client.ts'
import { openClient } from './fake-sender.ts'

/** Long enough to be told from other text, with characters that every way of escaping has a view of. */
const TOKEN = 'pat/na1+8f3b=c2d4_e5-f6a7.b8c9~XYZ'
const percent = (text: string, digits: (hex: string) => string = hex => hex) =>
  [...text].map(c => `%${digits(c.charCodeAt(0).toString(16).padStart(2, '0'))}`).join('')
const upper = (hex: string) => hex.toUpperCase()
const json = (text: string, slash = '\\') =>
  [...text].map(c => `${slash}u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const base64 = (text: string) => Buffer.from(text).toString('base64')
const utf16 = Buffer.from(TOKEN, 'utf16le')

const spelled: Readonly<Record<string, string>> = {
  'as it is': TOKEN,
  'a slash escaped as PHP does': TOKEN.replaceAll('/', '\\/'),
  'JSON, each character': json(TOKEN),
  'JSON, in upper case': json(TOKEN).replace(/u00../g, hex => `u00${hex.slice(3).toUpperCase()}`),
  'JSON, one character': `${json('p')}${TOKEN.slice(1)}`,
  'JSON in JSON': json(TOKEN, '\\\\'),
  'percent, as in a query': encodeURIComponent(TOKEN),
  'percent, each character': percent(TOKEN),
  'percent, in upper case': percent(TOKEN, upper),
  'percent, twice': encodeURIComponent(percent(TOKEN)),
  'percent in JSON': json(percent(TOKEN)),
  'HTML, decimal': [...TOKEN].map(c => `&#${c.charCodeAt(0)};`).join(''),
  'HTML, hexadecimal': [...TOKEN].map(c => `&#x${c.charCodeAt(0).toString(16)};`).join(''),
  hex: Buffer.from(TOKEN).toString('hex'),
  'hex, in upper case': Buffer.from(TOKEN).toString('hex').toUpperCase(),
  'UTF-16, little end first': utf16.toString('latin1'),
  'UTF-16, big end first': Buffer.from(utf16).swap16().toString('latin1'),
  ...Object.fromEntries(
    ['', 'a:', 'ada@example.com:', 'user:'].flatMap(user => [
      [`base64 of "${user}" and it`, base64(`${user}${TOKEN}`)],
      [`base64url of "${user}" and it`, Buffer.from(`${user}${TOKEN}`).toString('base64url')],
      [`base64 of "${user}" and it, in a query`, encodeURIComponent(base64(`${user}${TOKEN}`))],
      [`base64 of "${user}" and it, as PHP writes JSON`, base64(`${user}${TOKEN}`).replaceAll('/', '\\/')],
    ]),
  ),
}

/** What is left of a credential: pieces of eight characters of any of its spellings, unescaped or not. */
function leftIn(text: string): string[] {
  const plain = decode(decode(text))
  const all = [
    TOKEN,
    base64(TOKEN),
    base64(`a${TOKEN}`),
    base64(`ab${TOKEN}`),
    spelled.hex!,
    spelled['hex, in upper case']!,
  ]
  return all
    .flatMap(form => Array.from({ length: form.length - 12 }, (_, i) => form.slice(i + 2, i + 10)))
    .filter(piece => [text, plain, plain.replaceAll('\0', '')].some(one => one.includes(piece)))
}
const decode = (text: string) =>
  text
    .replace(/\\+u00(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, n) => String.fromCharCode(Number(n)))
    .replace(/&#x(\w+);/g, (_, n) => String.fromCharCode(Number.parseInt(n, 16)))
    .replace(/%([0-7][0-9a-fA-F])/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\/', '/')

const signedWith = (signature: Signature) => ({ authorize: () => ({ ok: true as const, value: signature }) })
const account = signedWith({ authorization: `Bearer ${TOKEN}` })

describe.each(Object.keys(spelled))('a credential that a provider repeats, %s,', name => {
  const said = spelled[name]!
  it.each([200, 201, 404, 500])('is in no part of a response of status %d', async status => {
    const text = `{"id":"1","token":"${said}","${said}":[{"next":"https://a.example/?t=${said}"}]}`
    // A header holds no control characters, and ends are trimmed.
    const headers = said.includes('\0') ? {} : { link: `<https://a.example/?t=${said}>; rel="next"`, 'x-a': said }
    const replies = [{ status, text, headers }]
    const opened = openClient({ replies })
    const results = [
      await opened.send({}, account, { repeatable: false }),
      await opened.send({}, account, { repeatable: false, wantsBytes: true }),
      await opened.stream({}, account, { repeatable: false }),
    ]
    for (const result of results) {
      if ('failure' in result) throw new Error(result.failure.code)
      const { response } = result
      const body =
        'body' in response
          ? Buffer.from(await new Response(response.body).arrayBuffer()).toString('latin1')
          : response.bytes
            ? Buffer.from(response.bytes).toString('latin1')
            : response.text
      expect(leftIn(body), body).toEqual([])
      expect(body).toContain('[credential]')
      expect(body).toContain('{"id":"1","token":"')
      // Of the same length where its length may have been said already.
      if ('body' in response) expect(body).toHaveLength(text.length)
      expect(leftIn(JSON.stringify([...response.headers.entries()]))).toEqual([])
      expect(leftIn(response.headers.get('link') ?? '')).toEqual([])
    }
  })

  it('is found in a stream wherever it is cut', async () => {
    const text = `before ${said} after`
    for (let cut = 1; cut < text.length; cut++) {
      const body = await streamed([text.slice(0, cut), text.slice(cut)])
      expect(leftIn(body.join('')), `cut at ${cut}`).toEqual([])
      expect(body.join('')).toHaveLength(text.length)
      expect(body.join('')).toMatch(/^before .* after$/s)
    }
    const single = await streamed([...text])
    expect(leftIn(single.join(''))).toEqual([])
  })
})

/** A streamed body, given in pieces, as it arrives. */
async function streamed(pieces: readonly string[], signature: Signature = { authorization: `Bearer ${TOKEN}` }) {
  const opened = openClient({ replies: [{ status: 200, pieces: pieces.map(piece => Buffer.from(piece, 'latin1')) }] })
  const result = await opened.stream({}, signedWith(signature))
  if ('failure' in result) throw new Error(result.failure.code)
  const out: string[] = []
  for await (const chunk of result.response.body!) out.push(Buffer.from(chunk).toString('latin1'))
  return out
}

describe('what is no credential', () => {
  it('is passed on piece by piece as it comes, whatever its bytes', async () => {
    const pieces = ['data: one\n\n', 'data: two\n\n', '%41\\u0041&#65;\0\xff\xfe', '%2525 ', '100%\n']
    expect(await streamed(pieces)).toEqual(pieces)
  })

  it('waits for the next piece only where it may be the beginning of one', async () => {
    expect(await streamed(['a pat', 'tern', ' %', '41', ' p', 'at/na1+8', '!'])).toEqual([
      'a ',
      'pattern',
      ' ',
      '%41',
      ' ',
      'pat/na1+8!',
    ])
  })

  it.each([
    ['a short key in records', { authorization: 'Bearer customer' }, 200, 'our customer'],
    ['a short password in records', { authorization: `Basic ${base64('ada@example.com:Sunshine')}` }, 200, 'Sunshine'],
    [
      'the name beside a password',
      { authorization: `Basic ${base64(`ada.lovelace@example.com:${TOKEN}`)}` },
      200,
      'ada.lovelace@example.com',
    ],
    [
      'the name in a refusal',
      { authorization: `Basic ${base64(`ada.lovelace@example.com:${TOKEN}`)}` },
      403,
      'no access for ada.lovelace@example.com',
    ],
    ['a very short key in a refusal', { 'x-key': 'abc' }, 400, 'abcabc'],
  ] as const)('stays: %s', async (_, signature, status, text) => {
    const opened = openClient({ replies: [{ status, text }] })
    expect(await opened.send({}, signedWith(signature))).toMatchObject({ response: { text } })
  })

  it('stays: a header of the signature that only names the account', async () => {
    const id = 'customer-0001-0002-0003'
    const signature = { authorization: `Bearer ${TOKEN}`, 'connection-id': id }
    const opened = openClient({ replies: [{ status: 200, text: `${id} ${TOKEN}` }] })
    const named = { ...signedWith(signature), open: new Set(['connection-id']) }
    expect(await opened.send({}, named)).toMatchObject({ response: { text: `${id} [credential]` } })
  })

  it('is a key without a password, which stands where the name does', async () => {
    const opened = openClient({ replies: [{ status: 200, text: TOKEN }] })
    const signature = { authorization: `Basic ${base64(`${TOKEN}:`)}` }
    expect(await opened.send({}, signedWith(signature))).toMatchObject({ response: { text: '[credential]' } })
  })
})

it('time to look for one grows with the text, and not with its square', async () => {
  const time = async (text: string) => {
    const opened = openClient({ replies: [{ status: 200, text }] })
    const runs: number[] = []
    for (let run = 0; run < 7; run++) {
      const started = performance.now()
      await opened.send({}, account)
      const result = await opened.stream({}, account)
      if ('response' in result) await new Response(result.response.body).arrayBuffer()
      runs.push(performance.now() - started)
    }
    return Math.min(...runs)
  }
  for (const piece of ['\\', '%', '%25', '\\u0070', '&#', '&#112;', TOKEN, TOKEN.slice(0, -1), '\\/']) {
    const of = (length: number) => time(piece.repeat(length / piece.length))
    await of(200_000)
    // Four times the text takes sixteen times as long where it is the square.
    expect((await of(1_600_000)) / (await of(400_000)), JSON.stringify(piece)).toBeLessThan(9)
  }
})
