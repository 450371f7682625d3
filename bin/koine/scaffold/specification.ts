// Reads an OpenAPI document: its operations, and what a reference in it stands for.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { isObject } from '../../../src/mapping/path.ts'
import { nearest } from '../../../src/mapping/report.ts'
import { keysIn, pointerTo } from '../../../src/problem/pointer.ts'
import { CommandFault } from '../command.ts'
import { openapiOf } from './swagger.ts'

export type Json = Record<string, unknown>

export interface Parameter {
  readonly name: string
  /** `path`, `query` or `header`. */
  readonly in: string
  readonly description: string
  readonly isRequired: boolean
  readonly schema: unknown
}
/** A body: its schema, and an example of the whole where the specification has one. */
export interface Content {
  readonly type: string
  readonly schema: unknown
  readonly example: unknown
}
export interface Operation {
  readonly spec: Specification
  readonly method: Method
  readonly path: string
  /** The path as the specification has it, where a person filled parameters of it. */
  readonly template: string
  readonly parameters: readonly Parameter[]
  readonly body: Content | undefined
  /** By status; `default` where a failure has none. */
  readonly responses: Readonly<Record<string, { readonly content: Content | undefined; readonly headers: string[] }>>
}
export interface Specification {
  /** What a `source` calls it: `evidence/specs/acme/openapi.json`, or the name of its file. */
  readonly name: string
  readonly document: Json
  readonly operations: readonly Operation[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = (typeof METHODS)[number]

/** What stands behind a reference; a reference into another file is nothing. */
export function dereference(document: Json, node: unknown): Json {
  let found = node
  for (let hops = 0; isObject(found) && typeof found.$ref === 'string'; hops++) {
    const reference: string = found.$ref
    if (hops > 20 || !reference.startsWith('#/')) return {}
    found = keysIn(decodeURIComponent(reference.slice(1))).reduce<unknown>(
      (at, key) => (isObject(at) ? at[key] : undefined),
      document,
    )
  }
  return isObject(found) ? found : {}
}

function contentOf(document: Json, node: unknown): Content | undefined {
  const { content } = dereference(document, node)
  const all = isObject(content) ? Object.entries(content) : []
  const [type, found] = all.find(([name]) => name.includes('json')) ?? all[0] ?? []
  if (type === undefined || !isObject(found)) return undefined
  const [first] = isObject(found.examples) ? Object.values(found.examples) : []
  return { type, schema: found.schema, example: found.example ?? dereference(document, first).value }
}

function operationOf(spec: Specification, path: string, method: Method): Operation {
  const { document } = spec
  const item = dereference(document, (document.paths as Json)[path])
  const own = dereference(document, item[method])
  const parameters = [item.parameters, own.parameters].flat().map(one => dereference(document, one))
  const responses = isObject(own.responses) ? own.responses : {}
  return {
    spec,
    method,
    path,
    template: path,
    parameters: parameters.map(({ name, in: place, description, required, schema }) => ({
      name: String(name),
      in: String(place),
      description: typeof description === 'string' ? description : '',
      isRequired: required === true,
      schema,
    })),
    body: own.requestBody === undefined ? undefined : contentOf(document, own.requestBody),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, given]) => {
        const { headers } = dereference(document, given)
        const names = Object.keys(isObject(headers) ? headers : {}).map(name => name.toLowerCase())
        return [status, { content: contentOf(document, given), headers: names }]
      }),
    ),
  }
}

/** The operations of a document that was parsed. */
export function specificationOf(name: string, parsed: unknown): Specification {
  const document = isObject(parsed) ? openapiOf(parsed) : undefined
  if (!document || !isObject(document.paths))
    throw new CommandFault(`${name} is no OpenAPI document: it has no \`openapi\` or no \`paths\`.`, true)
  const operations: Operation[] = []
  const spec: Specification = { name, document, operations }
  for (const [path, item] of Object.entries(document.paths))
    for (const method of METHODS)
      if (isObject(dereference(document, item)[method])) operations.push(operationOf(spec, path, method))
  return spec
}

/** What a `source` calls a file: below the evidence as the check resolves it, else by its name. */
const sourceName = (file: string): string => /(?:^|\/)(evidence\/specs\/.*)$/.exec(file)?.[1] ?? basename(file)

/** Reads an OpenAPI document, JSON or YAML. Throws a `CommandFault` that says what is wrong with it. */
export async function readSpecification(path: string): Promise<Specification> {
  const file = resolve(path)
  if (!existsSync(file)) {
    const there = existsSync(dirname(file)) ? readdirSync(dirname(file)) : []
    throw new CommandFault(`There is no file ${path}; ${nearest(basename(file), there)}`, true)
  }
  const text = readFileSync(file, 'utf8')
  let parsed: unknown
  try {
    // A library that only this needs, and that is not there in production.
    parsed = /^\s*\{/.test(text) ? JSON.parse(text) : (await import('yaml')).parse(text)
  } catch (error) {
    throw new CommandFault(`${path} is neither JSON nor YAML: ${(error as Error).message.split('\n')[0]}`, true)
  }
  return specificationOf(sourceName(file), parsed)
}

/** A place in a specification, as a `source` names it: `openapi.json#/paths/~1people/get`. */
export const sourceAt = ({ name }: Specification, ...keys: readonly string[]): string => `${name}#${pointerTo(keys)}`

/** The response of an operation that succeeded, with its status. */
export function successOf({ responses }: Operation): {
  status: number
  content: Content | undefined
  headers: string[]
} {
  const found = Object.entries(responses).find(([status]) => /^2(\d\d|XX)$/i.test(status))
  if (!found) return { status: 200, content: undefined, headers: [] }
  return { status: Number(found[0].replace(/x/gi, '0')), ...found[1] }
}
