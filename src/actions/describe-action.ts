import { z } from '@hono/zod-openapi'
import { isObject } from '../mapping/path.ts'
import { recordSchema } from '../models/record-schema.ts'
import type { Runnable } from './registry.ts'
import type { VerbAction } from './verb-actions.ts'

type Schema = Readonly<Record<string, unknown>>

/** What an action takes and gives, for callers: JSON Schemas (draft 7), each under its name. */
export interface DescribedAction {
  readonly name: string
  readonly description: string
  readonly version: string
  readonly scopes: readonly string[]
  /** Missing for an action that takes nothing. */
  readonly input?: { readonly name: string; readonly schema: Schema }
  /** Missing for a void action. */
  readonly output?: { readonly name: string; readonly schema: Schema }
}

const VOID: ReadonlySet<string> = new Set(['void', 'undefined', 'never'])
const title = (name: string): string =>
  name
    .split(/[-_]/)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/**
 * The JSON Schema of a zod schema; undefined for one of nothing. Also of an output it says what zod accepts, since an
 * output is answered with members that its schema does not name.
 */
function schemaOf(type: z.ZodType): Schema | undefined {
  if (VOID.has(type.type)) return undefined
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
  return schema
}

/** Adds to each field of an input what the model says of it. */
function explained(schema: Schema, { model }: VerbAction): Schema {
  if (!isObject(schema.properties)) return schema
  const properties = Object.entries(schema.properties).map(([name, property]) => {
    const description = model.fields[name]?.description
    return [name, description === undefined || !isObject(property) ? property : { description, ...property }]
  })
  return { ...schema, properties: Object.fromEntries(properties) }
}

const warning = z.object({ record: z.string().optional(), field: z.string(), code: z.string(), detail: z.string() })

/** The output of a verb that is triggered as an action. */
function answerOf({ verb, model }: VerbAction): z.ZodType {
  const warnings = z.array(warning)
  const record = recordSchema(model)
  if (verb === 'delete') return z.void()
  if (verb === 'list') return z.object({ data: z.array(record), next_cursor: z.string().nullable(), warnings })
  return z.object({ data: record, warnings })
}

function describe(name: string, { kind, action }: Runnable): DescribedAction {
  const isVerb = kind === 'verb'
  const input = schemaOf(action.input)
  const output = schemaOf(isVerb ? answerOf(action) : action.output)
  return {
    name,
    description: action.description,
    version: isVerb ? '1.0.0' : action.version,
    scopes: isVerb ? [] : (action.scopes ?? []),
    ...(input && { input: { name: `${title(name)}Input`, schema: isVerb ? explained(input, action) : input } }),
    ...(output && { output: { name: `${title(name)}Output`, schema: output } }),
  }
}

const known = new WeakMap<object, DescribedAction>()
/** Describes an action by its name. Its JSON Schemas are made once, when they are first needed. */
export function describeAction(name: string, found: Runnable): DescribedAction {
  const before = known.get(found.action)
  if (before?.name === name) return before
  const made = describe(name, found)
  known.set(found.action, made)
  return made
}
