import { isCounted } from './match.ts'
import { type Shape, shapeOf } from './shape.ts'
import type { Operation } from './specification.ts'
import { plain } from './words.ts'

/** What a list may be asked with: a parameter of the query, or a member of the body of a search. */
export interface Input {
  readonly name: string
  readonly description: string
  readonly shape: Shape
  readonly isRequired: boolean
}

/** What an operation may be asked with. */
export function inputsOf({ spec, method, parameters, body }: Operation): Input[] {
  if (method === 'get')
    return parameters.filter(one => one.in === 'query').map(one => ({ ...one, shape: shapeOf(spec, one.schema) }))
  const whole = shapeOf(spec, body?.schema)
  return Object.entries(whole.properties).map(([name, schema]) => {
    const shape = shapeOf(spec, schema)
    return { name, description: shape.description, shape, isRequired: whole.required.includes(name) }
  })
}

/** The first of several words, likeliest first, that something is called; marks such as `_limit` and `$top` do not count. */
export function byWords<T>(words: string, all: readonly T[], nameOf: (one: T) => string): T | undefined {
  for (const word of words.split(' ')) {
    const found = all.find(one => plain(nameOf(one)) === word)
    if (found !== undefined) return found
  }
  return undefined
}

/** An input that has one of several names, and passes a test. */
export const inputNamed = (words: string, all: readonly Input[], test: (one: Input) => boolean = () => true) =>
  byWords(words, all.filter(test), one => one.name)

export const isNumber = ({ shape }: Input): boolean => isCounted(shape)
