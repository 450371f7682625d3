import { z } from 'zod'

const path = z.string().meta({ description: 'A path in the provider’s record: `a.b.0.c`, `list[type=work].value`.' })
const json = z.json()
const template = z.union([z.string(), z.record(z.string(), json), z.array(json)])
const target = z
  .union([z.literal(false), z.strictObject({ by: z.literal('hook') }), template])
  .meta({ description: 'A path, a template with `{value}` merged into the record, `{ "by": "hook" }`, or `false`.' })

/** One value of ours and where it stands at the provider. */
export const valueRow = z
  .strictObject({
    at: path.optional().meta({ description: 'The path, both ways.', examples: ['properties.jobtitle'] }),
    read: z
      .union([path, z.array(path).min(1)])
      .optional()
      .meta({
        description: 'Where it is read; of several, the first that has a value.',
        examples: [['id', 'employeeId']],
      }),
    write: target.optional().meta({ description: 'Where it is written, if not where it is read.', examples: [false] }),
    create: target.optional().meta({ description: 'The same, on create only.', examples: ['jobTitle'] }),
    update: target.optional().meta({ description: 'The same, on update only.', examples: [{ by: 'hook' }] }),
    format: z
      .union([
        z.string(),
        z.strictObject({
          minor: z.string().meta({
            description: 'An amount in minor units, by ISO 4217: the path of its currency.',
            examples: ['currency'],
          }),
        }),
      ])
      .optional()
      .meta({
        description:
          'How the provider spells it, from the closed list; `{ "minor": path of the currency }` is an amount in minor units.',
        examples: ['unix-millis'],
      }),
    enum: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)]),
      )
      .optional()
      .meta({
        description:
          'Our value → theirs, or several of theirs, of which the first is written; `"*"` is every other value of theirs.',
        examples: [{ personal: 'home', work: ['work', 'office'] }],
      }),
    join: z
      .array(path)
      .min(2)
      .optional()
      .meta({ description: 'Reads several paths as one text.', examples: [['firstname', 'lastname']] }),
    with: z
      .string()
      .optional()
      .meta({ description: 'What stands between joined texts; a space when left out.', examples: ['/'] }),
    line: z
      .int()
      .min(1)
      .max(9)
      .optional()
      .meta({ description: 'Line n of a text of several lines; the highest takes the rest.', examples: [1] }),
    compose_from: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({
        description: 'Fields of ours that are joined and written here when this one is not sent.',
        examples: [['first_name', 'last_name']],
      }),
    clear: z
      .union([path, z.record(z.string(), json)])
      .optional()
      .meta({ description: 'Where, or with what JSON, this row is cleared.', examples: ['names'] }),
    empty_value: json
      .optional()
      .meta({ description: 'With what value this row is cleared, if not with the provider’s.', examples: [''] }),
    const: z
      .string()
      .optional()
      .meta({
        description: 'A constant, in collections: never written, read when something else is there.',
        examples: ['mobile'],
      }),
  })
  .meta({ id: 'ValueRow', description: 'One value and where it stands.' })
export type ValueRow = z.infer<typeof valueRow>

const row = z.union([path, valueRow])
const members = z.record(z.string(), row)
const direction = {
  write: z
    .literal(false)
    .optional()
    .meta({ description: '`false`: only read.', examples: [false] }),
  create: z
    .literal(false)
    .optional()
    .meta({ description: '`false`: not on create.', examples: [false] }),
  update: z
    .literal(false)
    .optional()
    .meta({ description: '`false`: not on update.', examples: [false] }),
}

export const positionsRow = z
  .strictObject({
    positions: z
      .array(members)
      .min(1)
      .meta({
        description: 'Fixed places for the elements of a list; each names where its members stand.',
        examples: [[{ number: 'Phone', type: { const: 'work' } }, { number: 'OtherPhone' }]],
      }),
    ...direction,
  })
  .meta({ id: 'PositionsRow', description: 'A list of ours over fixed places of theirs.' })
export type PositionsRow = z.infer<typeof positionsRow>

export const eachRow = z
  .strictObject({
    each: path.meta({
      description: 'A list of theirs; a pick at the end reads only those elements and tags new ones.',
      examples: ['emails'],
    }),
    row: members
      .optional()
      .meta({ description: 'Where the members of an element stand in it.', examples: [{ email: 'value' }] }),
    item: row.optional().meta({
      description: 'Where the text stands in an element, for lists of texts; `""` is the element itself.',
      examples: ['name'],
    }),
    key: z
      .string()
      .optional()
      .meta({ description: 'The member of ours that identifies an element.', examples: ['id'] }),
    primary: path
      .optional()
      .meta({ description: 'A flag of theirs that is true on our first element.', examples: ['primary'] }),
    ...direction,
  })
  .meta({ id: 'EachRow', description: 'A list of ours over a list of theirs.' })
export type EachRow = z.infer<typeof eachRow>

export const mapRow = z
  .strictObject({
    map: path.meta({
      description: 'An object of theirs whose keys and values are taken as they are.',
      examples: ['metadata'],
    }),
    ...direction,
  })
  .meta({ id: 'MapRow', description: 'Values by name, as they are.' })
export type MapRow = z.infer<typeof mapRow>

export const fieldRow = z.union([path, valueRow, positionsRow, eachRow, mapRow])
export type FieldRow = z.infer<typeof fieldRow>

/** A row of the field table with its kind as a tag; a text alone is a value row. */
export type RowKind =
  | { readonly type: 'value'; readonly row: string | ValueRow }
  | { readonly type: 'positions'; readonly row: PositionsRow }
  | { readonly type: 'each'; readonly row: EachRow }
  | { readonly type: 'map'; readonly row: MapRow }

/** The kind of a row, told by its key. */
export function kindOf(row: FieldRow): RowKind {
  if (typeof row === 'string') return { type: 'value', row }
  if ('positions' in row) return { type: 'positions', row }
  if ('each' in row) return { type: 'each', row }
  return 'map' in row ? { type: 'map', row } : { type: 'value', row }
}

/** The schema that a row is meant for, by its keys: for faults that name the key and not the union. */
export const rowSchemaOf = (row: unknown): z.ZodType => {
  if (typeof row !== 'object' || row === null) return path
  if ('positions' in row) return positionsRow
  if ('each' in row) return eachRow
  return 'map' in row ? mapRow : valueRow
}
