import { Buffer } from 'node:buffer'

/**
 * Escapes of ASCII characters, as a credential has no others: `%41` (RFC 3986); `\u0041` and `\/` of JSON, with more
 * backslashes where it is JSON within JSON; `&#65;` and `&#x41;` of HTML.
 */
const PERCENT = 0x25
const BACKSLASH = 0x5c
const AMPERSAND = 0x26
const HASH = 0x23
const SEMICOLON = 0x3b
const SLASH = 0x2f
const ZERO = 0x30
const X = 0x78
const U = 0x75
/** Backslashes before one character: JSON within JSON within JSON has seven. */
const MOST_BACKSLASHES = 8
/** Digits of a character in HTML, zeros before it included. */
const MOST_DIGITS = 5
/** Times that a text is unescaped: an escape may be escaped, in the same way or another. */
const PASSES = 3
/** Characters that one character may take: `\u0025` for a percent sign, and the same for its two digits. */
export const LONGEST_ESCAPE = 20
/** The beginning of an escape at the end of a text, and characters that it may have. */
const BEGUN = /(?:%[0-7]?|\\{1,8}(?:u(?:0(?:0[0-7]?)?)?)?|&(?:#(?:\d{0,5}|x[\da-f]{0,5}))?)$/i
const LONGEST_BEGUN = 16

/** Whether there may be an escape: cheap, for texts that have none. */
export const mayBeEscaped = (text: string): boolean =>
  text.includes('%') || text.includes('\\u00') || text.includes('\\/') || text.includes('&#')

/** The value of a hexadecimal digit; NaN for another character. */
function digit(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : Number.NaN
}
/** An ASCII character by its two digits; NaN for none. */
function pair(bytes: Uint8Array, at: number): number {
  const code = digit(bytes[at]) * 16 + digit(bytes[at + 1])
  return code < 128 ? code : Number.NaN
}

/** What an escape that begins with `&#` stands for, and its length; 0 where it is none. */
function htmlAt(bytes: Uint8Array, at: number): number {
  const isHex = ((bytes[at + 2] ?? 0) | 32) === X
  const base = isHex ? 16 : 10
  let code = 0
  let end = at + (isHex ? 3 : 2)
  for (let n = 0; n < MOST_DIGITS && digit(bytes[end]) < base; n++, end++) code = code * base + digit(bytes[end])
  return bytes[end] === SEMICOLON && code > 0 && code < 128 ? ((end + 1 - at) << 8) | code : 0
}

/** The escape at a place: its length, shifted by eight bits, and its character; 0 where there is none. */
function escapeAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first === PERCENT) {
    const code = pair(bytes, at + 1)
    return Number.isNaN(code) ? 0 : (3 << 8) | code
  }
  if (first === AMPERSAND) return bytes[at + 1] === HASH ? htmlAt(bytes, at) : 0
  let end = at
  while (bytes[end] === BACKSLASH && end - at < MOST_BACKSLASHES) end++
  if (bytes[end] === SLASH) return ((end + 1 - at) << 8) | SLASH
  if (bytes[end] !== U || bytes[end + 1] !== ZERO || bytes[end + 2] !== ZERO) return 0
  const code = pair(bytes, end + 3)
  return Number.isNaN(code) ? 0 : ((end + 5 - at) << 8) | code
}

const mayBegin = (byte: number): boolean => byte === PERCENT || byte === BACKSLASH || byte === AMPERSAND

/** Finds the next character that may begin an escape; many times as fast as a loop. */
const MAY_BEGIN = /[%\\&]/g
/** Characters after the last escape, from which on the next one is looked for by `MAY_BEGIN`. */
const NEAR = 64

/** Bytes of a text that are unescaped in their place. */
interface Pass {
  readonly bytes: Uint8Array
  readonly length: number
  /** Where each character began in the first text; moved along with the bytes. */
  readonly starts: Uint32Array | undefined
  /** The same characters as a text, where there is one. */
  readonly text: string | undefined
}

/** Answers how many bytes are left, and whether there may be escapes again. */
function pass({ bytes, length, starts, text }: Pass): { left: number; again: boolean } {
  let from = 0
  let to = 0
  let again = false
  let jump = 0
  while (from < length) {
    if (text !== undefined && from >= jump) {
      MAY_BEGIN.lastIndex = from
      const next = MAY_BEGIN.test(text) ? MAY_BEGIN.lastIndex - 1 : length
      bytes.copyWithin(to, from, next)
      starts?.copyWithin(to, from, next)
      to += next - from
      from = next
      jump = from + NEAR
      continue
    }
    const byte = bytes[from]!
    const found = mayBegin(byte) ? escapeAt(bytes, from) : 0
    if (starts) starts[to] = starts[from]!
    bytes[to++] = found === 0 ? byte : found & 0xff
    from += found === 0 ? 1 : found >> 8
    if (found === 0) continue
    jump = from + NEAR
    again ||= mayBegin(found & 0xff)
  }
  if (starts) starts[to] = starts[length]!
  return { left: to, again }
}

function withoutEscapes(text: string, starts: Uint32Array | undefined): string {
  // One byte for each character; what is beyond Latin-1 is no part of a credential.
  let bytes = new Uint8Array(Buffer.from(text, 'latin1'))
  for (let n = 0, again = true; again && n < PASSES; n++) {
    const done = pass({ bytes, length: bytes.byteLength, starts, text: n === 0 ? text : undefined })
    bytes = bytes.subarray(0, done.left)
    again = done.again
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** A text without its escapes. Characters beyond Latin-1 become others. */
export const unescaped = (text: string): string => withoutEscapes(text, undefined)

/** The same, and where each of its characters began in the text with them; one more, where the text ends. */
export function unescapedWithStarts(text: string): { readonly plain: string; readonly starts: Uint32Array } {
  const starts = new Uint32Array(text.length + 1)
  for (let i = 0; i <= text.length; i++) starts[i] = i
  return { plain: mayBeEscaped(text) ? withoutEscapes(text, starts) : text, starts }
}

/** Where the beginning of an escape stands at the end of a text; its length where there is none. */
export function begunEscape(text: string): number {
  const from = Math.max(0, text.length - LONGEST_BEGUN)
  const at = text.slice(from).search(BEGUN)
  return at < 0 ? text.length : from + at
}
