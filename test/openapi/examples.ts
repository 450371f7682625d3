// Finds the examples in an OpenAPI document, each with the pointer of the schema that it is an example of.

import { down } from '../../src/problem/pointer.ts'

type Node = Readonly<Record<string, unknown>>
export interface Example {
  /** Where it stands in the document. */
  readonly at: string
  /** A JSON pointer to its schema. */
  readonly schema: string
  readonly value: unknown
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const step = (name: string | number): string => down('', name)
const members = (value: unknown, at: string): [unknown, string][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).map(([name, member]) => [member, at + step(name)])
    : []

// Keywords whose value is a schema, and those whose value is a list or a map of schemas (JSON Schema 2020-12).
const ONE = ['items', 'contains', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else']
const MANY = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'properties', 'patternProperties', '$defs']

function inSchema(schema: unknown, at: string): Example[] {
  if (!isNode(schema)) return []
  return [
    ...('example' in schema ? [{ at: `${at}/example`, schema: at, value: schema.example }] : []),
    ...members(schema.examples, `${at}/examples`).map(([value, place]) => ({ at: place, schema: at, value })),
    ...ONE.flatMap(keyword => inSchema(schema[keyword], at + step(keyword))),
    ...MANY.flatMap(keyword => members(schema[keyword], at + step(keyword)).flatMap(found => inSchema(...found))),
  ]
}

/** Examples anywhere in a document: those of schemas, and those of whatever else has a schema. */
export function examplesIn(node: unknown, at = ''): Example[] {
  if (at === '/components/schemas') return members(node, at).flatMap(found => inSchema(...found))
  const below = members(node, at)
  if (!isNode(node) || !('schema' in node)) return below.flatMap(found => examplesIn(...found))
  const schema = `${at}/schema`
  return [
    ...inSchema(node.schema, schema),
    ...('example' in node ? [{ at: `${at}/example`, schema, value: node.example }] : []),
    ...members(node.examples, `${at}/examples`).map(([named, place]) => ({
      at: place,
      schema,
      value: (named as Node).value,
    })),
  ]
}
