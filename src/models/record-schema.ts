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

/** Elements of the longest list that a caller may send. A provider's may be longer. */
const MOST = 1_000
/** A list that is looked at only where it is not too long: of millions of elements, each may be at fault. */
const bounded = (list: z.ZodType): z.ZodType =>
  z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= MOST) return value
    context.addIssue({ code: 'custom', message: `At most ${MOST} elements.` })
    return z.NEVER
  }, list)

/** Characters of the longest text that a caller may send. A provider's may be longer. */
const MAX_TEXT = 100_000
const typed = (type: Scalar, isWrite: boolean): z.ZodType =>
  type === 'text' && isWrite ? z.string().max(MAX_TEXT) : scalars[type]()

function scalarOf(field: Extract<Field, { type: Scalar }>, isWrite: boolean): z.ZodType {
  if (field.options) return z.enum([...field.options, 'other'])
  // Only a caller's number must be in the range; a provider's is answered as it is.
  if (field.range && isWrite) return z.number().min(field.range[0]).max(field.range[1])
  return typed(field.type, isWrite)
}
const named = (schema: z.ZodType, { description, example }: Pick<Field, 'description' | 'example'>): z.ZodType =>
  schema.openapi({ description, example })

/** The schema of `<field>_raw`. */
const rawOf = (name: string) =>
  z
    .string()
    .optional()
    .openapi({ description: `The provider’s own value, where \`${name}\` is \`other\`.` })

/** The schema of a list: each member of an answered element may be missing; a written one may have no other members. */
function rowsOf(field: RowsField, isWrite: boolean): z.ZodType {
  const members = Object.entries(field.members)
  const [first] = Object.keys(field.members)
  const shape = Object.fromEntries([
    ...members.map(([name, member]) => {
      const schema = named(typed(member.type, isWrite), member)
      if (!isWrite) return [name, schema.optional()]
      const isRequired = name === first && members.length < 4
      return [name, isRequired ? schema : schema.nullish()]
    }),
    ...(field.members.type ? [['type_raw', rawOf('type')]] : []),
  ])
  return z.array(isWrite ? z.strictObject(shape) : z.object(shape))
}

function fieldOf(field: Field, isWrite: boolean): z.ZodType {
  switch (field.type) {
    case 'rows':
      return isWrite ? bounded(rowsOf(field, isWrite)) : rowsOf(field, isWrite)
    case 'list':
      return isWrite ? bounded(z.array(z.string())) : z.array(z.string())
    case 'map':
      return isWrite ? anyJsonMap : z.record(z.string(), z.unknown())
    default:
      return scalarOf(field, isWrite)
  }
}

const titled = (model: Model): string => model.singular.replace(/(^|_)([a-z])/g, (_, __, c: string) => c.toUpperCase())

/** Makes the schema of a record as it is answered: every field may be missing. It is `Contact` in the OpenAPI document. */
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
 * Makes the schema of a record as it is written: of the fields that a caller may write each may be missing or null, and
 * any other is refused. It is `ContactWrite` in the OpenAPI document.
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
