import type { Sort } from '../../../src/mapping/schema/index.ts'
import { type Asked, type Asking, askedWords } from './asking.ts'
import { type Input, inputNamed } from './inputs.ts'
import { plain } from './words.ts'

const SORTS = 'sort sortby orderby order sortfield ordering sortcolumn'
const DIRECTIONS = 'direction sortdirection sortorder orderdirection order dir sortdir ordertype'
/** How many of their words a note names. */
const SOME = 6

const isWay = ({ shape }: Input): boolean =>
  shape.values.length > 0 && shape.values.every(one => /^(asc|desc)(ending)?$/i.test(String(one)))

/**
 * How a list is sorted: a parameter that names the field, beside one that names the direction. What orders it otherwise,
 * or by words that the specification does not list, is left to a person.
 */
export function findSorts(asked: Asked): Pick<Asking, 'sorts' | 'directions' | 'open'> {
  const { model, fields, inputs } = asked
  const by = inputNamed(SORTS, inputs, one => !isWay(one))
  if (!by) return { sorts: {}, directions: undefined, open: [] }
  const way = inputNamed(DIRECTIONS, inputs, one => one !== by && (isWay(one) || one.shape.values.length === 0))
  const values = by.shape.values.map(String)
  const sorts: Record<string, Sort> = {}
  for (const name of model.sorts) {
    if (fields[name] === undefined || !way) continue
    const words = [...askedWords(asked, name), plain(name.replace(/_(at|date)$/, ''))]
    const theirs = words.flatMap(word => values.find(one => plain(one) === word && /^\w/.test(one)) ?? [])[0]
    if (theirs !== undefined) sorts[name] = { query: { [by.name]: theirs, [way.name]: '{direction}' } }
  }
  if (Object.keys(sorts).length === 0) {
    const words = values.length > 0 ? ` by ${values.slice(0, SOME).join(', ')}` : ''
    return { sorts, directions: undefined, open: [`\`${by.name}\` orders the list${words}: write \`sorts\``] }
  }
  const [asc = 'asc', desc = 'desc'] = ['asc', 'desc'].map(word =>
    way?.shape.values.map(String).find(one => one.toLowerCase().startsWith(word)),
  )
  return { sorts, directions: asc === 'asc' && desc === 'desc' ? undefined : { asc, desc }, open: [] }
}
