// The escapes of the format by readers of their own: each takes what was written, to its end and no further.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapes, percent, segment } from '../../src/mapping/escape.ts'
import { compileRequest } from '../../src/mapping/request.ts'
import { nasty, SEED } from './texts.ts'

const always = (act: (text: string) => unknown) =>
  fc.assert(
    fc.property(nasty, text => void act(text)),
    { seed: SEED, numRuns: 2_000, examples: [['.'], ['..'], ["\\'"], ['\\']] },
  )

/** The text between quotes that begin and end it, by backslashes; undefined where a quote ends it before. */
function unquoted(text: string, quote: string): string | undefined {
  if (text[0] !== quote) return undefined
  let out = ''
  for (let at = 1; at < text.length; at++) {
    if (text[at] === quote) return at === text.length - 1 ? out : undefined
    if (text[at] === '\\') at++
    out += text[at] ?? ''
  }
  return undefined
}

it('quotes are read back by backslashes', () =>
  always(text => {
    expect(unquoted(String(escapes.single!(text)), "'")).toBe(text)
    expect(unquoted(String(escapes.double!(text)), '"')).toBe(text)
  }))

it('doubled quotes are read back in pairs', () =>
  always(text => {
    const inner = /^'((?:[^']|'')*)'$/s.exec(String(escapes.doubled!(text)))?.[1]
    expect(inner?.replaceAll("''", "'")).toBe(text)
  }))

it('criteria have no bracket and no comma that stands for itself', () =>
  always(text => {
    const made = String(escapes.criteria!(text))
    expect(made.replace(/\\[\\(),]/g, '')).not.toMatch(/[\\(),]/)
    expect(made.replace(/\\([\\(),])/g, '$1')).toBe(text)
  }))

it('words are words, and instants times', () =>
  always(text => {
    const word = escapes.word!(text)
    if (typeof word === 'string') expect(word).toMatch(/^[A-Za-z0-9_-]+$/)
    const instant = escapes.instant!(text)
    if (typeof instant === 'string') expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  }))

it('a segment is one segment, and an address with it is the address that was written', () =>
  always(text => {
    const made = segment(text)
    // Nothing, `.`, and what somebody who decodes it reads as `..`.
    if (typeof made !== 'string') return expect(text).toMatch(/^\.?$|^\.\.|[/\\]\.\.|%/)
    const url = new URL(`https://api.example.com/a/${made}/b?c=${percent(text)}#`)
    expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'a', text, 'b'])
    expect([...url.searchParams]).toEqual([['c', text]])
    expect(url.hash).toBe('')
  }))

it('a GraphQL document stays as it is, whatever its variables are', () => {
  const provider = { name: 'x', base: 'https://api.example.com', hosts: ['api.example.com'], auth: {} }
  const build = compileRequest(
    {
      post: '/graphql',
      graphql: 'query ($email: String, $after: String) { people(email: $email, after: $after) { {select} } }',
      variables: { email: '{value}', after: '{cursor}', limit: '{limit}' },
    },
    provider as never,
    '/list',
    (at, message) => expect.unreachable(`${at}: ${message}`),
  )!
  always(text => {
    const made = build({ value: text, cursor: text, limit: 5, select: [['id'], ['name', 'full']] })
    if (!('request' in made)) return expect.unreachable()
    expect(JSON.parse(made.request.body!)).toEqual({
      query: 'query ($email: String, $after: String) { people(email: $email, after: $after) { id name{full} } }',
      variables: { email: text, after: text, limit: 5 },
    })
  })
})
