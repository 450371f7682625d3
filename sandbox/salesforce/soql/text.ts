import { malformed } from './place.ts'

export interface StringToken {
  text: string
  /** What it matches after LIKE: a pattern in the terms of `RegExp`. */
  pattern: string
}

/** The escapes of SOQL; `\%` and `\_` are for LIKE, where the bare characters stand for any others. */
const ESCAPES: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
  '%': '%',
  _: '_',
}
const WILD: Record<string, string> = { '%': '.*', _: '.' }

/** Escapes, or single characters, up to the closing quote. */
const PIECE = /\\u[0-9a-f]{4}|\\?./isuy

function unescaped(piece: string, whole: string): string {
  if (!piece.startsWith('\\')) return piece
  if (/^\\u.{4}$/i.test(piece)) return String.fromCharCode(Number.parseInt(piece.slice(2), 16))
  const char = ESCAPES[piece.slice(1).toLowerCase()]
  if (char !== undefined) return char
  return malformed(`Invalid string literal '${whole}'. Illegal character sequence '${piece}' in string literal.`)
}

const literal = (char: string): string => char.replace(/[.*+?^${}()|[\]\\]/, '\\$&')

/** Reads the string whose opening quote stands at `at`. */
export function readText(soql: string, at: number): { token: StringToken; end: number } {
  const pieces: string[] = []
  PIECE.lastIndex = at + 1
  for (let match = PIECE.exec(soql); match; match = PIECE.exec(soql)) {
    const [piece] = match
    if (piece === "'") return { token: tokenOf(pieces), end: match.index + 1 }
    pieces.push(piece)
  }
  return malformed(`line 1:${soql.length} mismatched character '<EOF>' expecting '''`)
}

function tokenOf(pieces: readonly string[]): StringToken {
  const chars = pieces.map(piece => unescaped(piece, pieces.join('')))
  const patterns = pieces.map((piece, i) => WILD[piece] ?? literal(chars[i] ?? ''))
  return { text: chars.join(''), pattern: patterns.join('') }
}
