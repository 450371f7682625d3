import { endOfString } from './json-text.ts'

/** Digits of the shortest whole number that may not be exact as a number (2^53 has 16). */
const LONG = 16
const QUOTE = 34
const isDigit = (code: number): boolean => code >= 48 && code <= 57
/** What may follow the whole part of a number: `.`, `e`, `E`, and then signs and digits. */
const isFurther = (code: number): boolean =>
  isDigit(code) || code === 46 || code === 101 || code === 69 || code === 43 || code === 45

/** Whether a text may hold a longer whole number. Looks at every sixteenth character alone, as nearly no text does. */
function mayHoldLong(text: string): boolean {
  for (let i = LONG - 1; i < text.length; i += LONG) {
    if (!isDigit(text.charCodeAt(i))) continue
    let from = i
    let to = i + 1
    while (isDigit(text.charCodeAt(from - 1))) from--
    while (isDigit(text.charCodeAt(to))) to++
    // Most long runs of digits are a fraction, or a text of digits alone.
    if (to - from >= LONG && text[from - 1] !== '.' && text[from - 1] !== '"') return true
    i = to
  }
  return false
}

/** The same JSON, with whole numbers that are not exact as numbers as texts. */
function withTexts(json: string): string {
  let out = ''
  let copied = 0
  for (let i = 0; i < json.length; ) {
    const code = json.charCodeAt(i)
    if (code === QUOTE) i = endOfString(json, i)
    else if (!isDigit(code)) i++
    else {
      let end = i + 1
      while (isDigit(json.charCodeAt(end))) end++
      let next = end
      while (isFurther(json.charCodeAt(next))) next++
      const from = json[i - 1] === '-' ? i - 1 : i
      // One with a fraction or an exponent is no whole number, and as exact as it can be.
      if (end - i >= LONG && next === end && !Number.isSafeInteger(Number(json.slice(from, end)))) {
        out += `${json.slice(copied, from)}"${json.slice(from, end)}"`
        copied = end
      }
      i = next
    }
  }
  return out + json.slice(copied)
}

/**
 * Parses JSON in which no number changes in silence: a whole number beyond 2^53, such as an id of 20 digits, becomes a
 * text of its digits. Throws a `SyntaxError` as `JSON.parse` does.
 */
export const parseExact = (json: string): unknown => JSON.parse(mayHoldLong(json) ? withTexts(json) : json)
