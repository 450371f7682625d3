// What is looked at in a JSON text before it is parsed: how much there is in it, and numbers that parsing changes.
import type { Fault } from '../../problem/index.ts'
import { pointerTo } from '../../problem/pointer.ts'
import { endOfString, hasMoreValues } from '../../provider/json-text.ts'

/** Where a number can be that JavaScript changes: sixteen digits in a row, or an exponent of three. */
const SUSPICIOUS = /\d{16}|e[+-]?\d{3}/i
const NUMBER = /-?\d+(\.\d+)?(e[+-]?\d+)?/iy
/** Characters of the shortest number that parsing may change: `1e400`. */
const SHORTEST = 5

/** Whether reading a number as JavaScript does makes another one of it; digits behind a point may be rounded. */
function isChanged(literal: string): boolean {
  const value = Number(literal)
  if (!Number.isFinite(value)) return true
  if (value === 0) return /[1-9]/.test(literal.replace(/e.*/i, ''))
  return !/e/i.test(literal) && Math.abs(value) > Number.MAX_SAFE_INTEGER
}

const [QUOTE, OBJECT, OBJECT_END, ARRAY, ARRAY_END, COMMA] = Array.from('"{}[],', character =>
  character.charCodeAt(0),
) as [number, number, number, number, number, number]
/** Whether a character can be of a number: digits and `+ - . E e`. */
const IN_NUMBER = Array.from({ length: 128 }, (_, code) => /[\d+.eE-]/.test(String.fromCharCode(code)))

/** A place in a JSON text: the position in an array, or where the text of an object's last key begins. */
interface Step {
  readonly isArray: boolean
  at: number
}
const nameOf = (text: string, { isArray, at }: Step): PropertyKey => {
  if (isArray) return at
  try {
    return JSON.parse(text.slice(at, endOfString(text, at)))
  } catch {
    return ''
  }
}

/** What is wrong with a JSON text: it has more than `most` values, or a number that would be changed. */
export type ShapeFault = 'too-many' | Fault

/**
 * Looks at a JSON text without parsing it; undefined where nothing is wrong, or it is no JSON, which parsing will tell.
 * Members and elements are counted, since a text of ten megabytes can have five million, and to check each against a
 * schema takes seconds. An integer beyond 2^53 becomes another one when it is parsed, and an exponent can end in
 * infinity or in nothing.
 */
export function faultOfShape(text: string, most: number): ShapeFault | undefined {
  if (hasMoreValues(text, most)) return 'too-many'
  if (!SUSPICIOUS.test(text)) return undefined
  const path: Step[] = []
  for (let at = 0; at < text.length; ) {
    const c = text.charCodeAt(at)
    const inside = path.at(-1)
    if (c === QUOTE) {
      // The last string before a value is its key.
      if (inside && !inside.isArray) inside.at = at
      at = endOfString(text, at)
    } else if (c < 128 && IN_NUMBER[c]) {
      const start = at
      while (IN_NUMBER[text.charCodeAt(at)]) at++
      if (at - start < SHORTEST) continue
      NUMBER.lastIndex = start
      const [literal] = NUMBER.exec(text) ?? []
      if (literal === undefined || !isChanged(literal)) continue
      const pointer = pointerTo(path.map(step => nameOf(text, step)))
      return { pointer, code: 'inexact', detail: 'Beyond 2^53 − 1 a number is not kept as it stands: send a text.' }
    } else {
      if (c === OBJECT || c === ARRAY) path.push({ isArray: c === ARRAY, at: 0 })
      else if (c === OBJECT_END || c === ARRAY_END) path.pop()
      else if (c === COMMA && inside?.isArray) inside.at++
      at++
    }
  }
  return undefined
}
