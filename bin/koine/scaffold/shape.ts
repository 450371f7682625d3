import { isObject } from '../../../src/mapping/path.ts'
import { dereference, type Json, type Specification } from './specification.ts'

/** What a schema says of a value, with references, `allOf` and alternatives resolved. */
export interface Shape {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | undefined
  readonly format: string
  /** Name → schema, not yet resolved: schemas may go round in circles. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly required: readonly string[]
  readonly items: unknown
  readonly values: readonly unknown[]
  readonly example: unknown
  readonly default: unknown
  readonly description: string
  /** An object whose keys are the customer's own. */
  readonly isMap: boolean
  /** Whether the schema itself says that any key may stand in it. */
  readonly isOpen: boolean
  readonly isReadOnly: boolean
  readonly maximum: number | undefined
  readonly minimum: number | undefined
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter(one => typeof one === 'string') : [])
const isNull = (schema: Json): boolean =>
  schema.type === 'null' || (Array.isArray(schema.enum) && schema.enum.every(one => one === null || one === ''))

/** Several schemas that hold at once, as one. */
function together(parts: readonly Json[]): Json {
  const out: Json = Object.assign({}, ...parts)
  const properties = Object.assign({}, ...parts.map(part => part.properties))
  if (Object.keys(properties).length > 0) out.properties = properties
  out.required = parts.flatMap(part => texts(part.required))
  return out
}

/** Alternatives as one: of several objects all members, and as required what all require; else the first of them. */
function either(parts: readonly Json[], wantsObject: boolean): Json {
  const objects = parts.filter(part => isObject(part.properties))
  const [first = {}] = parts
  if (objects.length === 0 || (!wantsObject && !isObject(first.properties))) return first
  const [one = {}] = objects
  const required = texts(one.required).filter(name => objects.every(part => texts(part.required).includes(name)))
  return { ...together(objects), required }
}

function resolve(document: Json, node: unknown, wantsObject: boolean, depth = 0): Json {
  const schema = dereference(document, node)
  if (depth > 12) return schema
  const inner = (list: unknown): Json[] =>
    (Array.isArray(list) ? list : []).map(one => resolve(document, one, wantsObject, depth + 1))
  const { allOf, oneOf, anyOf, ...own } = schema
  const alternatives = inner(oneOf ?? anyOf).filter(one => !isNull(one))
  const parts = [...inner(allOf), ...(alternatives.length > 0 ? [either(alternatives, wantsObject)] : []), own]
  return parts.length === 1 ? own : together(parts)
}

/** The shape of a schema. Where an object stands beside a text as an alternative, `wantsObject` takes the object. */
export function shapeOf({ document }: Specification, node: unknown, wantsObject = false): Shape {
  const schema = resolve(document, node, wantsObject)
  const type = [schema.type].flat().find(one => one !== 'null') as Shape['type']
  const properties = isObject(schema.properties) ? schema.properties : {}
  const hasProperties = Object.keys(properties).length > 0
  const [example] = Array.isArray(schema.examples) ? schema.examples : []
  return {
    type: hasProperties ? 'object' : schema.items !== undefined ? 'array' : type,
    format: typeof schema.format === 'string' ? schema.format : '',
    properties,
    required: texts(schema.required),
    items: schema.items,
    values: schema.const !== undefined ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : [],
    example: schema.example ?? example,
    default: schema.default,
    description: typeof schema.description === 'string' ? schema.description : '',
    isMap: !hasProperties && (isObject(schema.additionalProperties) || type === 'object'),
    isOpen: schema.additionalProperties === true || isObject(schema.additionalProperties),
    isReadOnly: schema.readOnly === true,
    maximum: typeof schema.maximum === 'number' ? schema.maximum : undefined,
    minimum: typeof schema.minimum === 'number' ? schema.minimum : undefined,
  }
}

/** One value of a record, by its keys. */
export interface Node {
  readonly keys: readonly string[]
  readonly path: string
  readonly shape: Shape
}

/** A path of the format: a key with dots or brackets in it stands in quotes. */
export const pathText = (keys: readonly string[]): string =>
  keys.map(key => (/[.[\]'{}]/.test(key) ? `'${key}'` : key)).join('.')

/** Every value of a record to a depth: lists are not entered, objects stand beside what is in them. */
export function nodesOf(spec: Specification, schema: unknown, depth = 3, above: readonly string[] = []): Node[] {
  const shape = shapeOf(spec, schema, above.length === 0)
  if (depth === 0) return []
  return Object.entries(shape.properties).flatMap(([name, inner]) => {
    if (name.includes("'")) return []
    const keys = [...above, name]
    return [{ keys, path: pathText(keys), shape: shapeOf(spec, inner) }, ...nodesOf(spec, inner, depth - 1, keys)]
  })
}
