import type { z } from 'zod'
import { table } from './table.ts'

type Schema = z.core.JSONSchema.JSONSchema
type Definitions = Readonly<Record<string, Schema>>

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
const isAnyJson = (name: string): boolean => name.startsWith('__')
const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: '`null`',
}
const nameIn = ($ref: string): string => $ref.split('/').at(-1)!
const isConstant = (schema: Schema): boolean =>
  Object.values(schema.properties ?? {}).every(p => asSchema(p).const !== undefined)
const asSchema = (schema: unknown): Schema => schema as Schema
/** An object that has no name of its own: its keys are told where it stands. */
const isInline = (schema: Schema): boolean => schema.properties !== undefined && !isConstant(schema)

const grouped = (words: string): string => (words.includes(' or ') ? `(${words})` : words)

/** What may stand at a key, in words. */
function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = nameIn(schema.$ref)
    return isAnyJson(name) ? 'any JSON' : `[${name}](#keys-of-${name.toLowerCase()})`
  }
  if (schema.anyOf) return [...new Set(schema.anyOf.map(one => typeOf(asSchema(one))))].join(' or ')
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (schema.enum) return schema.enum.map(value => code(JSON.stringify(value))).join(', ')
  if (schema.type === 'array')
    return schema.maxItems === 0 ? '`[]`' : `list of ${grouped(typeOf(asSchema(schema.items)))}`
  if (schema.properties) {
    if (!isConstant(schema)) return 'object'
    return code(Object.fromEntries(Object.entries(schema.properties).map(([key, p]) => [key, asSchema(p).const])))
  }
  if (schema.type === 'object') return `name → ${typeOf(asSchema(schema.additionalProperties))}`
  const words = [schema.type ?? []].flat().map(type => WORDS[type])
  if (words.length > 0 && !words.includes(undefined)) return words.join(' or ')
  throw new Error(`no words for ${JSON.stringify(schema)}`)
}

/** The inline objects at a key: itself, the branches of a union, the elements of a list. */
function inlineAt(schema: Schema): Schema[] {
  if (isInline(schema)) return [schema]
  if (schema.items && !Array.isArray(schema.items)) return inlineAt(asSchema(schema.items))
  return (schema.anyOf ?? []).flatMap(one => inlineAt(asSchema(one)))
}

function rowsOf(schema: Schema, under: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const own = asSchema(property)
    const name = `${under}${key}`
    const { description, examples } = own
    if (description === undefined || !Array.isArray(examples) || examples.length === 0)
      throw new Error(`the key ${name} needs a description and an example in its schema`)
    const due = schema.required?.includes(key) ? `${typeOf(own)}, required` : typeOf(own)
    const shown = examples.map(example => code(JSON.stringify(example))).join('<br>')
    const inner = new Map(
      inlineAt(own)
        .flatMap(object => rowsOf(object, `${name}.`))
        .map(row => [row[0], row]),
    )
    return [[code(name), due, description, shown], ...inner.values()]
  })
}

/** Everything that a schema names below its definitions, but the table itself. */
export const namesIn = (definitions: Definitions): string[] => Object.keys(definitions).filter(name => !isAnyJson(name))

/** The table of the keys of one object of the format. Throws where a key is not told: none may be left out. */
export function keyTable(definitions: Definitions, name: string): string {
  const schema = definitions[name]
  if (!schema) throw new Error(`the format has no ${name}; it has ${namesIn(definitions).join(', ')}`)
  const description = schema.description ?? ''
  if (description === '') throw new Error(`${name} needs a description in its schema`)
  const objects = schema.properties ? [schema] : (schema.anyOf ?? []).flatMap(one => inlineAt(asSchema(one)))
  const tables = objects.map(object => table(['key', 'value', 'meaning', 'example'], rowsOf(object, '')))
  const shown = (Array.isArray(schema.examples) ? schema.examples : []).map(example => code(JSON.stringify(example)))
  return [
    `#### Keys of ${name}`,
    description,
    ...tables,
    ...(shown.length > 0 ? [`Example: ${shown.join(', ')}`] : []),
  ].join('\n\n')
}
