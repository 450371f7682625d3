import type { Source } from './sources.ts'
import { closingOf, type Token } from './tokens.ts'

/** Parameters that a function may have; beyond, an object with names is easier to read and to call. */
const MOST = 4

/** Words that a bracket may follow without being a function's name. */
const NO_NAME = new Set(
  'if for while switch catch with return await new super import typeof case throw yield void delete in of'.split(' '),
)
/** What may stand before the name of a method; else the name is called. */
const BEFORE_METHOD = new Set('async get set static public private protected readonly override abstract'.split(' '))

/** How many parameters the bracket at `open` holds. Commas inside of other brackets and of type arguments are none of theirs. */
function countIn(tokens: readonly Token[], open: number, close: number): number {
  const brackets: string[] = []
  let count = 0
  let isEmpty = true
  for (const { type, text } of tokens.slice(open + 1, close)) {
    if (type === 'mark' && text === ',' && brackets.length === 0) {
      if (!isEmpty) count++
      isEmpty = true
      continue
    }
    isEmpty = false
    if (type !== 'mark') continue
    if ('([{<'.includes(text)) brackets.push(text)
    else if (text === '>' && brackets.at(-1) === '<') brackets.pop()
    else if (')]}'.includes(text)) {
      // A `<` that nothing closed was a comparison.
      while (brackets.at(-1) === '<') brackets.pop()
      brackets.pop()
    }
  }
  return isEmpty ? count : count + 1
}

/** The place before type arguments that end at `i`; `i` itself where none do. */
function beforeTypeArguments(tokens: readonly Token[], i: number): number {
  if (tokens[i]?.text !== '>') return i
  let depth = 0
  for (let at = i; at >= 0; at--) {
    if (tokens[at]?.text === '>') depth++
    if (tokens[at]?.text === '<' && --depth === 0) return at - 1
  }
  return i
}

/** Whether the word at `i` is declared as a method: at the start of a member, and its bracket is followed by a body or a type. */
function isMethod(tokens: readonly Token[], i: number, after: Token | undefined): boolean {
  if (after?.type !== 'mark' || !/^[{:]$/.test(after.text)) return false
  const before = tokens[i - 1]
  if (!before) return false
  if (before.type === 'mark') return /^[{},;]$/.test(before.text) || isOnEarlierLine(before, tokens[i]!)
  return BEFORE_METHOD.has(before.text) || isOnEarlierLine(before, tokens[i]!)
}
/** Members are written without semicolons: the one before ends with its line, unless an operator goes on with it. */
const isOnEarlierLine = (before: Token, { line }: Token): boolean =>
  before.line < line && (before.type !== 'mark' || /^[)\]>]$/.test(before.text)) && !NO_NAME.has(before.text)

/** The name of the function whose parameters the bracket at `open` holds; undefined where it holds something else. */
function functionAt(tokens: readonly Token[], open: number, close: number): string | undefined {
  const last = beforeTypeArguments(tokens, open - 1)
  const before = tokens[last]
  const after = tokens[close + 1]
  if (before?.type === 'word') {
    if (before.text === 'function') return 'a function'
    if (
      tokens[last - 1]?.text === 'function' ||
      (tokens[last - 1]?.text === '*' && tokens[last - 2]?.text === 'function')
    )
      return before.text
    if (before.text !== 'async')
      return !NO_NAME.has(before.text) && isMethod(tokens, last, after) ? before.text : undefined
  }
  // A method that may be missing: `version?(): number`.
  const named = tokens[last - 1]
  if (before?.text === '?' && named?.type === 'word' && named.at + named.text.length === before.at)
    return isMethod(tokens, last - 1, after) ? named.text : undefined
  return arrowAt(tokens, last, close)
}

/** The name that an arrow function is given: `name = (…) =>`, `name: (…) =>`. One that is an argument has none. */
function arrowAt(tokens: readonly Token[], last: number, close: number): string | undefined {
  if (!isArrow(tokens, close)) return undefined
  const at = tokens[last]?.text === 'async' ? last - 1 : last
  const before = tokens[at]
  if (before?.type === 'word' && /^(return|default)$/.test(before.text)) return 'a function'
  if (before?.type !== 'mark' || !/^(=|:|=>)$/.test(before.text)) return undefined
  const name = tokens[at - 1]?.text === '?' ? tokens[at - 2] : tokens[at - 1]
  return name?.type === 'word' ? name.text : 'a function'
}

/** Whether the bracket is followed by `=>`, perhaps after a type of what is returned. */
function isArrow(tokens: readonly Token[], close: number): boolean {
  let i = close + 1
  if (tokens[i]?.text === '=>') return true
  if (tokens[i]?.text !== ':') return false
  for (i++; i < tokens.length; i++) {
    const { type, text } = tokens[i]!
    if (type === 'mark' && text === '=>') return true
    if (type === 'mark' && '([{'.includes(text)) i = closingOf(tokens, i)
    else if (type === 'mark' && !/^[<>|&.,]$/.test(text)) return false
  }
  return false
}

/** Functions of more than four parameters: declared, methods, and arrow functions that have a name. */
export const parameterFaults = (sources: readonly Source[]): string[] =>
  sources.flatMap(({ path, tokens }) =>
    tokens.flatMap((token, open) => {
      if (token.type !== 'mark' || token.text !== '(') return []
      const close = closingOf(tokens, open)
      const count = countIn(tokens, open, close)
      if (count <= MOST) return []
      const name = functionAt(tokens, open, close)
      return name === undefined
        ? []
        : [`${path}:${token.line}: ${name} has ${count} parameters; from ${MOST + 1} on they are one object with names`]
    }),
  )
