import { codecs } from '../../../src/mapping/codecs.ts'
import { METHODS } from '../../../src/mapping/request.ts'
import { type Json, typo } from './plant.ts'

/** One way to spoil a key of what provider.json shares. */
export interface Spoil {
  readonly kind: string
  readonly edit: (holder: Json, key: string) => void
}

/** Callers get 200 records at most: a larger maximum changes nothing. */
const MOST = 200
/** Keys of the format that hold paths. */
const PATHS = new Set(['records', 'record', 'cursor', 'url', 'id'])
/** Keys of the format below which the provider's own names stand. */
const THEIRS = new Set(['clause', 'query', 'headers', 'body', 'variables', 'in', 'more'])

const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/>=/, '>'],
  [/<=/, '<'],
  [/(?<= )= /, '!= '],
  [/^>$/, '<'],
  [/^<$/, '>'],
  [/^EQ$/, 'NEQ'],
  [/^GTE$/, 'GT'],
  [/^GT$/, 'LT'],
  [/^\$eq$/, '$ne'],
  [/^\$gte$/, '$gt'],
]
const swapOperator = (text: string): string | undefined => {
  const found = OPERATORS.find(([pattern]) => pattern.test(text))
  return found && text.replace(found[0], found[1])
}
const ESCAPE = /:(single|double|doubled|criteria|word|number|instant)\}/
const otherEscape = (name: string): string => (name === 'single' ? 'double' : 'single')
/** The words by which the dialect names a field, each taken for another. */
const WORDS: readonly (readonly [string, string])[] = [
  ['{path}', '{field}'],
  ['{field}', '{path}'],
  ['{member}', '{field}'],
  ['{operator}', '='],
]
/** The first word outside placeholders with another last letter. */
const otherWord = (text: string): string => {
  const parts = text.split(/(\{[^{}]*\})/)
  const i = parts.findIndex(part => !part.startsWith('{') && /\w/.test(part))
  return parts.map((part, at) => (at === i ? part.replace(/(\w*)\w/, '$1_') : part)).join('')
}
const otherName = (key: string): string => {
  const word = WORDS.find(([from]) => key.includes(from))
  return swapOperator(key) ?? (word ? key.replace(word[0], word[1]) : otherWord(key))
}
/** The same type's other spelling, which reads well and is wrong. */
function otherFormat(name: string): string {
  const type = Object.values(codecs).find(known => Object.hasOwn(known, name))
  return Object.keys(type ?? {}).find(other => other !== name && other !== '') ?? typo(name)
}

const set =
  (value: unknown) =>
  (holder: Json, key: string): void => {
    holder[key] = value
  }
const drop = (holder: Json, key: string): void => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}
/** Gives a key another name, in its place. */
const rename =
  (name: string) =>
  (holder: Json, key: string): void => {
    const entries = Object.entries(holder).map(([k, v]) => [k === key ? name : k, v] as const)
    for (const k of Object.keys(holder)) delete holder[k]
    Object.assign(holder, Object.fromEntries(entries))
  }

function ofText(key: string, text: string, isTheirs: boolean): Spoil[] {
  if (key === 'format') return [{ kind: 'wrong format', edit: set(otherFormat(text)) }]
  if (key === 'delete_effect') return [{ kind: 'wrong effect', edit: set(text === 'archived' ? 'closed' : 'archived') }]
  if (!isTheirs && PATHS.has(key)) return [{ kind: 'wrong path', edit: set(typo(text)) }]
  const operator = swapOperator(text)
  const escaping = ESCAPE.exec(text)?.[1]
  const word = otherWord(text)
  const misspelt = text.replace(/\{(\w+)\w([}.:])/, '{$1$2')
  return [
    ...(operator === undefined ? [] : [{ kind: 'operator swapped', edit: set(operator) }]),
    ...(escaping === undefined
      ? []
      : [{ kind: 'wrong escape', edit: set(text.replace(ESCAPE, `:${otherEscape(escaping)}}`)) }]),
    ...WORDS.filter(([from]) => text.includes(from)).map(([from, to]) => ({
      kind: 'wrong path word',
      edit: set(text.replace(from, to)),
    })),
    ...(misspelt === text ? [] : [{ kind: 'misspelt placeholder', edit: set(misspelt) }]),
    ...(word === text ? [] : [{ kind: 'wrong word', edit: set(word) }]),
  ]
}

/** The ways in which the value at a place of `dialect` or `requests` can be wrong. */
export function spoils(keys: readonly (string | number)[], value: unknown): Spoil[] {
  const key = String(keys.at(-1))
  const isTheirs = keys.slice(0, -1).some(above => THEIRS.has(String(above)))
  const isEscape = keys.includes('escapes') && typeof value === 'string'
  // A whole request is no key of one, and what a model wants is told by name.
  const isWhole = keys[0] === 'requests' && keys.length === 2
  const isMethod = !isTheirs && METHODS.some(method => method === key)
  const own: Spoil[] = isEscape
    ? [{ kind: 'wrong escape', edit: set(otherEscape(value)) }]
    : typeof value === 'string'
      ? ofText(key, value, isTheirs)
      : // How many records a batch has at most shows only on a fixture with more: a test says it.
        key === 'max' && Number(value) < MOST && !keys.includes('batch')
        ? [{ kind: 'wrong maximum', edit: set(MOST) }]
        : (key === 'offset' || key === 'number') && typeof value === 'number'
          ? [{ kind: 'wrong first page', edit: set(1 - value) }]
          : []
  const another = isMethod ? (key === 'put' ? 'patch' : key === 'patch' ? 'put' : undefined) : undefined
  return [
    ...own,
    ...(another === undefined ? [] : [{ kind: 'wrong method', edit: rename(another) }]),
    ...(isTheirs && Number.isNaN(Number(key)) ? [{ kind: 'wrong name', edit: rename(otherName(key)) }] : []),
    ...(isWhole || (key === 'max' && Number(value) >= MOST) ? [] : [{ kind: 'dropped', edit: drop }]),
  ]
}
