import { z } from '@hono/zod-openapi'
import { anyJsonMap } from './any-json.ts'
import type { Field, Model, RowsField, Scalar } from './field.ts'

const scalars: Readonly<Record<Scalar, () => z.ZodType>> = {
  text: () => z.string(),
  number: () => z.number(),
  boolean: () => z.boolean(),
  instant: () => z.iso.datetime({ offset: true }),
  date: () => z.iso.date(),
}

/** The longest text that is taken from a caller; a provider's may be longer. */
const LONGEST = 100_000
const typed = (type: Scalar, isWrite: boolean): z.ZodType =>
  type === 'text' && isWrite ? z.string().max(LONGEST) : scalars[type]()

function scalarOf(field: Extract<Field, { type: Scalar }>, isWrite: boolean): z.ZodType {
  if (field.options) return z.enum([...field.options, 'other'])
  // What a provider holds is answered as it is; a range is for what callers send.
  if (field.range && isWrite) return z.number().min(field.range[0]).max(field.range[1])
  return typed(field.type, isWrite)
}
const named = (schema: z.ZodType, { description, example }: Pick<Field, 'description' | 'example'>): z.ZodType =>
  schema.openapi({ description, example })

/** A provider's own value of an enum that the model does not list. */
const rawOf = (name: string) =>
  z
    .string()
    .optional()
    .openapi({ description: `The provider’s own value, where \`${name}\` is \`other\`.` })

/** Elements of a list: as answered (anything may be missing), or as written (the first member is due, no other name). */
function rowsOf(field: RowsField, isWrite: boolean): z.ZodType {
  const members = Object.entries(field.members)
  const [first] = members
  const shape = Object.fromEntries([
    ...members.map(([name, member]) => {
      const schema = named(typed(member.type, isWrite), member)
      if (!isWrite) return [name, schema.optional()]
      const due = name === first![0] && members.length < 4
      return [name, due ? schema : schema.nullish()]
    }),
    ...(field.members.type ? [['type_raw', rawOf('type')]] : []),
  ])
  return z.array(isWrite ? z.strictObject(shape) : z.object(shape))
}

function fieldOf(field: Field, isWrite: boolean): z.ZodType {
  switch (field.type) {
    case 'rows':
      return rowsOf(field, isWrite)
    case 'list':
      return z.array(z.string())
    case 'map':
      return isWrite ? anyJsonMap : z.record(z.string(), z.unknown())
    default:
      return scalarOf(field, isWrite)
  }
}

const titled = (model: Model): string => model.singular.replace(/(^|_)([a-z])/g, (_, __, c: string) => c.toUpperCase())

/** A record as it is answered: every field may be missing. Named `Contact` in the OpenAPI document. */
export function recordSchema(model: Model): z.ZodObject {
  const shape: Record<string, z.ZodType> = {}
  for (const [name, field] of Object.entries(model.fields)) {
    shape[name] = named(fieldOf(field, false).optional(), field)
    if ('options' in field && field.options) shape[`${name}_raw`] = rawOf(name)
  }
  shape.id = named(z.string(), model.fields.id!)
  shape.raw = z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({ description: 'The provider’s own record, with `raw=true`.' })
  const example = Object.fromEntries(Object.entries(model.fields).map(([name, field]) => [name, field.example]))
  return z.object(shape).openapi(titled(model), { description: model.description, example })
}

/**
 * A record as it is written: only fields that may be written, each may be missing or null. Anything else is refused by
 * name. Named `ContactWrite` in the OpenAPI document.
 */
export function writeSchema(model: Model): z.ZodObject {
  const shape: Record<string, z.ZodType> = {}
  const example: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(model.fields)) {
    if ('readOnly' in field && field.readOnly) continue
    shape[name] = named(fieldOf(field, true).nullish(), field)
    if ('options' in field && field.options) shape[`${name}_raw`] = rawOf(name)
    example[name] = field.example
  }
  shape.pass_through = anyJsonMap.optional().openapi({
    type: 'object',
    description: 'Merged into the body that the provider is sent, in the provider’s own words.',
  })
  return z.strictObject(shape).openapi(`${titled(model)}Write`, {
    description: `${model.description} A missing field stays as it is, null clears it, a list replaces the whole list.`,
    example,
  })
}
