// Where the records stand in what a provider answers and is sent.
import type { Model } from '../../../src/models/index.ts'
import { pathText, type Shape, shapeOf } from './shape.ts'
import type { Specification } from './specification.ts'
import { plain, wordsOf } from './words.ts'

/** A place in an answer or a body, and the schema of what stands there. */
export interface Place {
  readonly keys: readonly string[]
  readonly schema: unknown
}
/** What lists are called, the likeliest first. */
const LISTS = 'data results items records values entries objects list value content rows elements'.split(' ')
/** How deep in an answer a list or a record may stand. */
const DEEP = 3

interface Found extends Place {
  readonly shape: Shape
}
/** Everything in an answer down to a depth; lists are entered by the schema of their elements where `intoLists`. */
function placesIn(spec: Specification, schema: unknown, intoLists: boolean, keys: readonly string[] = []): Found[] {
  const shape = shapeOf(spec, schema, true)
  const own: Found = { keys, schema, shape }
  if (keys.length === DEEP) return [own]
  const inner =
    shape.type === 'array'
      ? intoLists
        ? placesIn(spec, shape.items, intoLists, [...keys, '0'])
        : []
      : Object.entries(shape.properties).flatMap(([name, one]) => placesIn(spec, one, intoLists, [...keys, name]))
  return [own, ...inner]
}

/** The list of records in an answer: where it stands, and the schema of one record. */
export function listIn(spec: Specification, schema: unknown, model: Model): Place | undefined {
  if (schema === undefined) return undefined
  const { strong, weak } = wordsOf(model)
  const names = [...strong, ...weak, ...LISTS]
  const rank = ({ keys }: Found): number => {
    const at = names.indexOf(plain(keys.at(-1) ?? ''))
    return (at < 0 ? names.length : at) + keys.length * 100
  }
  const lists = placesIn(spec, schema, false).filter(({ shape }) => {
    const element = shape.type === 'array' ? shapeOf(spec, shape.items, true) : undefined
    return element?.type === 'object'
  })
  // A list within a record is none of records: what stands less deep comes first.
  const [best] = lists.sort((a, b) => rank(a) - rank(b))
  if (!best || (best.keys.length > 0 && rank(best) % 100 >= names.length && lists.length > 1)) return undefined
  return { keys: best.keys, schema: best.shape.items }
}

/**
 * The record in an answer or a body: what shares most of its names with the records of the list. Nothing where the
 * specification does not say enough.
 */
export function recordIn(spec: Specification, schema: unknown, names: ReadonlySet<string>): Place | undefined {
  if (schema === undefined) return undefined
  const scored = placesIn(spec, schema, true)
    .map(place => ({ place, shared: Object.keys(place.shape.properties).filter(name => names.has(name)).length }))
    .filter(({ shared }) => shared > 0)
    // A record of the same kind within the record shares as many names: what stands less deep weighs more.
    .map(({ place, shared }) => ({ place, weight: shared / (1 + place.keys.length) }))
    .sort((a, b) => b.weight - a.weight)
  const [best] = scored
  return best && { keys: best.place.keys, schema: best.place.schema }
}

/** A place as a path of the format; nothing for the whole. */
export const placeText = ({ keys }: Place): string | undefined => (keys.length === 0 ? undefined : pathText(keys))
