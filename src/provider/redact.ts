import { Buffer } from 'node:buffer'
import type { HttpResponse, ResponseHeaders } from '../services.ts'
import type { Change } from './passing-body.ts'
import { begunEscape, LONGEST_ESCAPE, mayBeEscaped, unescaped, unescapedWithStarts } from './unescape.ts'

/** What stands in the place of a credential. */
const MARK = '[credential]'
/** The same, as long as what it replaces, so that the length of a body stays what its header says. */
const markOf = (length: number): string => MARK.padEnd(length, '*').slice(0, length)

const holds = (text: string, forms: readonly string[]): boolean => forms.some(form => text.includes(form))

/** Whether a text holds one of the forms, escaped or not. Nearly all texts hold none, so this has to be cheap. */
const isTold = (text: string, forms: readonly string[]): boolean =>
  holds(text, forms) || (mayBeEscaped(text) && holds(unescaped(text), forms))

/** The text with each place replaced that is one of the forms, escaped or not. */
function replaceAll(text: string, forms: readonly string[], mark: (length: number) => string): string {
  const { plain, starts } = unescapedWithStarts(text)
  const found = forms
    .flatMap(form => {
      const places: [number, number][] = []
      for (let at = plain.indexOf(form); at >= 0; at = plain.indexOf(form, at + form.length))
        places.push([starts[at]!, starts[at + form.length]!])
      return places
    })
    .sort(([a], [b]) => a - b)
  let out = ''
  let done = 0
  for (const [from, to] of found) {
    if (to <= done) continue
    // Two forms may overlap.
    const start = Math.max(from, done)
    out += text.slice(done, start) + mark(to - start)
    done = to
  }
  return out + text.slice(done)
}

/** A text without credentials, by their forms (`secretForms`). */
export const redacted = (text: string, forms: readonly string[]): string =>
  forms.length > 0 && isTold(text, forms) ? replaceAll(text, forms, () => MARK) : text

/** Headers whose values are redacted when they are read. */
const redactedHeaders = (headers: ResponseHeaders, forms: readonly string[]): ResponseHeaders => ({
  get(name) {
    const value = headers.get(name)
    return value == null ? value : redacted(value, forms)
  },
  *entries() {
    for (const [name, value] of headers.entries()) yield [name, redacted(value, forms)]
  },
})

/**
 * A response without the credentials that its request was sent with, in its headers and its body: some providers repeat
 * them, in refusals and in records.
 */
export function withoutSecrets(response: HttpResponse, forms: readonly string[]): HttpResponse {
  if (forms.length === 0) return response
  const { text, bytes } = response
  // Latin-1 has a character for each byte, so that bytes which are no text stay what they are.
  const latin1 = bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return {
    ...response,
    headers: redactedHeaders(response.headers, forms),
    text: redacted(text, forms),
    ...(latin1 !== undefined &&
      isTold(latin1, forms) && {
        bytes: new Uint8Array(Buffer.from(redacted(latin1, forms), 'latin1')),
      }),
  }
}

/** The headers of a streamed response without credentials. */
export function headersWithoutSecrets(headers: Headers, forms: readonly string[]): Headers {
  if (forms.length === 0 || ![...headers.values()].some(value => isTold(value, forms))) return headers
  const out = new Headers()
  for (const [name, value] of headers) out.append(name, redacted(value, forms))
  return out
}

/** Where the end of a text may be the beginning of a form, escaped or not; the text's length where it is not. */
function begunForm(text: string, forms: readonly string[], longest: number): number {
  const wide = text.slice(-longest * LONGEST_ESCAPE)
  const tail = mayBeEscaped(wide) ? wide : text.slice(-longest)
  const from = text.length - tail.length
  const sure = begunEscape(tail)
  const { plain, starts } = unescapedWithStarts(tail.slice(0, sure))
  // What was unescaped may be the beginning of another escape.
  const end = begunEscape(plain)
  let first = end
  for (const form of forms)
    for (
      let at = plain.indexOf(form[0]!, Math.max(0, end - form.length + 1));
      at >= 0 && at < first;
      at = plain.indexOf(form[0]!, at + 1)
    )
      if (form.startsWith(plain.slice(at, end))) first = at
  return from + starts[first]!
}

/**
 * Takes the credentials out of a body that comes in pieces, also where one is cut in two. What may be the beginning of
 * one waits for the next piece. The length stays the same. Undefined where there is nothing to look for.
 */
export function redactPieces(forms: readonly string[]): Change | undefined {
  if (forms.length === 0) return undefined
  const longest = Math.max(...forms.map(form => form.length))
  let held = ''
  const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
  return {
    next(chunk) {
      const came = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
      const text = held + came
      const clean = isTold(text, forms) ? replaceAll(text, forms, markOf) : text
      const end = begunForm(clean, forms, longest)
      const isSame = held === '' && clean === came && end === clean.length
      held = clean.slice(end)
      return isSame ? chunk : bytesOf(clean.slice(0, end))
    },
    last: () => bytesOf(held),
  }
}
