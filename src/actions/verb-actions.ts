import { z } from '@hono/zod-openapi'
import type { Verb } from '../mapping/errors.ts'
import type { Model } from '../models/index.ts'
import { models } from '../models/index.ts'
import { writeSchema } from '../models/record-schema.ts'
import type { Call } from '../records/call.ts'

/** A verb of a model as an action: `create-contact`, `list-deals`. */
export interface VerbAction {
  readonly name: string
  readonly description: string
  readonly model: Model
  readonly verb: Verb
  readonly input: z.ZodType
  /** The call that an input, checked by the schema, asks for. */
  call(input: unknown): Call
}

/** The name of a verb's action: `create-contact`, `list-deals`. */
export const nameOfVerb = ({ name, singular }: Model, verb: Verb): string =>
  `${verb}-${verb === 'list' ? name : singular}`

const id = z.string().min(1).max(1_000).openapi({ description: 'The provider’s id.' })
const fields = z.array(z.string().min(1)).min(1).optional().openapi({ description: 'Fields to answer.' })
const raw = z.boolean().optional().openapi({ description: 'Whether records carry the provider’s own.' })

interface ListInput {
  readonly limit?: number
  readonly cursor?: string
  readonly fields?: string[]
  readonly raw?: boolean
  readonly filter?: Record<string, string>
  readonly sort?: { by: string; direction?: 'asc' | 'desc' }
}

function list(model: Model): VerbAction {
  const filters = Object.fromEntries(
    Object.keys(model.filters).map(name => [name, z.string().min(1).max(1_000).optional()]),
  )
  return {
    name: nameOfVerb(model, 'list'),
    description: `Lists ${model.name}, a page at a time.`,
    model,
    verb: 'list',
    input: z
      .strictObject({
        limit: z.int().min(1).max(200).optional(),
        cursor: z.string().min(1).optional(),
        fields,
        raw,
        filter: z.strictObject(filters).optional(),
        sort: z.strictObject({ by: z.string().min(1), direction: z.enum(['asc', 'desc']).optional() }).optional(),
      })
      // A list needs nothing said.
      .nullish(),
    call: (given: ListInput | null | undefined) => {
      const { limit, cursor, fields: names, raw: own = false, filter = {}, sort } = given ?? {}
      return {
        verb: 'list',
        query: {
          filters: filter,
          sort: sort && { by: sort.by, direction: sort.direction ?? 'asc' },
          fields: names,
          limit,
          cursor,
          raw: own,
        },
      }
    },
  }
}

type Written = Record<string, unknown> & { pass_through?: Record<string, unknown> }

function one(model: Model): VerbAction[] {
  const write = writeSchema(model)
  const named = (verb: Verb) => nameOfVerb(model, verb)
  return [
    {
      name: named('get'),
      description: `Gets a ${model.singular}.`,
      model,
      verb: 'get',
      input: z.strictObject({ id, fields, raw }),
      call: (given: { id: string; fields?: string[]; raw?: boolean }) => ({
        verb: 'get',
        id: given.id,
        fields: given.fields,
        raw: given.raw ?? false,
      }),
    },
    {
      name: named('create'),
      description: `Creates a ${model.singular}.`,
      model,
      verb: 'create',
      input: write,
      call: ({ pass_through, ...input }: Written) => ({ verb: 'create', input, passThrough: pass_through }),
    },
    {
      name: named('update'),
      description: `Changes a ${model.singular}: only what is sent.`,
      model,
      verb: 'update',
      input: write.extend({ id }),
      call: ({ id: given, pass_through, ...input }: Written & { id: string }) => ({
        verb: 'update',
        id: given,
        input,
        passThrough: pass_through,
      }),
    },
    {
      name: named('delete'),
      description: `Deletes a ${model.singular}, or what the provider does instead.`,
      model,
      verb: 'delete',
      input: z.strictObject({ id }),
      call: (given: { id: string }) => ({ verb: 'delete', id: given.id }),
    },
  ]
}

let all: ReadonlyMap<string, VerbAction> | undefined
/** Every verb of every model, by the name of its action; the schemas are built when they are first needed. */
export function verbActions(): ReadonlyMap<string, VerbAction> {
  all ??= new Map(
    Object.values(models).flatMap(model => [list(model), ...one(model)].map(action => [action.name, action])),
  )
  return all
}
