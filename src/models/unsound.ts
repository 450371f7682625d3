import { LEVELS } from './any-json.ts'

/** What in a value would not come out as it went in, and where. */
export interface Unsound {
  readonly path: PropertyKey[]
  readonly detail: string
}
/** What is wrong with a single text or number; undefined for one that is right. */
type Judge = (value: string | number) => string | undefined

function find(value: unknown, judge: Judge, levels: number): Unsound | undefined {
  if (typeof value === 'string' || typeof value === 'number') {
    const detail = judge(value)
    return detail === undefined ? undefined : { path: [], detail }
  }
  if (value === null || typeof value !== 'object') return undefined
  if (levels === 0) return { path: [], detail: `At most ${LEVELS} levels.` }
  for (const name of Object.keys(value)) {
    const wrong = Array.isArray(value) ? undefined : judge(name)
    const found = wrong === undefined ? find((value as Record<string, unknown>)[name], judge, levels - 1) : undefined
    if (wrong !== undefined) return { path: [name.toWellFormed()], detail: wrong }
    if (found) {
      found.path.unshift(name)
      return found
    }
  }
  return undefined
}

const judgeCallers = (value: string | number): string | undefined =>
  typeof value === 'number' || value.isWellFormed() ? undefined : 'A text of whole Unicode characters is needed.'

/**
 * The first thing in a caller's JSON that could not be handed on as it is: half of a surrogate pair, which UTF-8 does not
 * have, or too many levels. Numbers that are not exact were seen in the text before it was parsed.
 */
export const unsoundInCallers = (value: unknown): Unsound | undefined => find(value, judgeCallers, LEVELS)

const judgeProviders = (value: string | number): string | undefined =>
  typeof value === 'string' || Number.isFinite(value) ? undefined : 'JSON has no number as large as one in it.'

/** The same of a provider's JSON that is answered as it is; half of a pair is, as an escape. */
export const unsoundInProviders = (value: unknown): Unsound | undefined => find(value, judgeProviders, LEVELS)
