import { z } from '@hono/zod-openapi'
import type { Verb } from '../mapping/errors.ts'
import { isObject } from '../mapping/path.ts'
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
  /** Makes the call of an input that the schema has accepted. */
  call(input: unknown): Call
}

/** Makes the name of a verb's action: `create-contact`, `list-deals`. */
export const nameOfVerb = ({ name, singular }: Model, verb: Verb): string =>
  `${verb}-${verb === 'list' ? name : singular}`

const id = z.string().min(1).max(1_000).openapi({ description: 'The provider’s id.' })
const fields = z
  .array(z.string().min(1).max(1_000))
  .min(1)
  .max(1_000)
  .optional()
  .openapi({ description: 'Fields to answer.' })
const raw = z.boolean().optional().openapi({ description: 'Whether records carry the provider’s own.' })

/** An action whose call takes what its schema gives. */
const verbAction = <I extends z.ZodType>(
  action: Omit<VerbAction, 'input' | 'call'> & { readonly input: I; call(input: z.output<I>): Call },
): VerbAction => action

function list(model: Model): VerbAction {
  const filters = Object.fromEntries(
    Object.keys(model.filters).map(name => [name, z.string().min(1).max(1_000).optional()]),
  )
  return verbAction({
    name: nameOfVerb(model, 'list'),
    description: `Lists ${model.name}, a page at a time.`,
    model,
    verb: 'list',
    input: z
      .strictObject({
        limit: z.int().min(1).max(200).optional(),
        cursor: z.string().min(1).max(8_000).optional(),
        fields,
        raw,
        filter: z.strictObject(filters).optional(),
        sort: z.strictObject({ by: z.string().min(1), direction: z.enum(['asc', 'desc']).optional() }).optional(),
      })
      // A list may be triggered without an input.
      .nullish(),
    call(input) {
      const { limit, cursor, fields: names, raw: withRaw = false, filter = {}, sort } = input ?? {}
      const given = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
      return {
        verb: 'list',
        query: {
          filters: Object.fromEntries(given),
          sort: sort && { by: sort.by, direction: sort.direction ?? 'asc' },
          fields: names,
          limit,
          cursor,
          raw: withRaw,
        },
      }
    },
  })
}

function one(model: Model): VerbAction[] {
  const write = writeSchema(model)
  const named = (verb: Verb) => nameOfVerb(model, verb)
  const passThrough = (given: unknown) => (isObject(given) ? given : undefined)
  return [
    verbAction({
      name: named('get'),
      description: `Gets a ${model.singular}.`,
      model,
      verb: 'get',
      input: z.strictObject({ id, fields, raw }),
      call: input => ({ verb: 'get', id: input.id, fields: input.fields, raw: input.raw ?? false }),
    }),
    verbAction({
      name: named('create'),
      description: `Creates a ${model.singular}.`,
      model,
      verb: 'create',
      input: write,
      call: ({ pass_through, ...input }) => ({ verb: 'create', input, passThrough: passThrough(pass_through) }),
    }),
    verbAction({
      name: named('update'),
      description: `Changes a ${model.singular}: only what is sent.`,
      model,
      verb: 'update',
      input: write.extend({ id }),
      call: ({ id: given, pass_through, ...input }) => ({
        verb: 'update',
        // The type of `write` has no members, as its fields are those of any model.
        id: String(given),
        input,
        passThrough: passThrough(pass_through),
      }),
    }),
    verbAction({
      name: named('delete'),
      description: `Deletes a ${model.singular}, or what the provider does instead.`,
      model,
      verb: 'delete',
      input: z.strictObject({ id }),
      call: input => ({ verb: 'delete', id: input.id }),
    }),
  ]
}

let all: ReadonlyMap<string, VerbAction> | undefined
/** Every verb of every model, by the name of its action. Their schemas are made once, when they are first needed. */
export function verbActions(): ReadonlyMap<string, VerbAction> {
  all ??= new Map(
    Object.values(models).flatMap(model => [list(model), ...one(model)].map(action => [action.name, action])),
  )
  return all
}
