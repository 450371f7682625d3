import { z } from 'zod'
import { addedHeaders, addedQuery, clause } from './clause-parts.ts'

const written = z.union([
  z.string(),
  z.strictObject({
    clause: clause
      .optional()
      .meta({ description: 'What is put at `{filters}` or `{sort}`.', examples: ['{path} = {value:single}'] }),
    query: addedQuery({ '{path}': '{value}' }),
    headers: addedHeaders,
    format: z
      .string()
      .optional()
      .meta({ description: 'How the value is written here, if not as the row does.', examples: ['unix-millis'] }),
  }),
])
const directions = z.strictObject({
  asc: z.string().meta({ description: 'For ascending.', examples: ['ASC', '>'] }),
  desc: z.string().meta({ description: 'For descending.', examples: ['DESC', '<'] }),
})

/** How keyset paging goes on in a query language. */
export const keyset = z
  .strictObject({
    by: z.string().meta({ description: 'The path of what is unique, and breaks ties.', examples: ['Id'] }),
    sort: z.string().meta({ description: 'The order of a list without a sort.', examples: ['Id ASC'] }),
    compare: z.string().meta({ description: 'What stands behind another.', examples: ['{path} {operator} {last}'] }),
    equal: z.string().meta({ description: 'What is the same.', examples: ['{path} = {last}'] }),
    operators: directions.meta({
      description: 'What `{operator}` is, by direction.',
      examples: [{ asc: '>', desc: '<' }],
    }),
    null: z
      .string()
      .optional()
      .meta({
        description:
          'What has no value. Left out where the provider cannot be asked for that: then only fields that are always there can be sorted by.',
        examples: ['{path} = null'],
      }),
    nulls: z
      .string()
      .optional()
      .meta({
        description: 'What `{nulls}` in a sort is, for a field that may have no value: they come last.',
        examples: [' NULLS LAST'],
      }),
    and: z.string().meta({ description: 'Joins what must hold together.', examples: [' AND '] }),
    or: z.string().meta({ description: 'Joins what may hold.', examples: [' OR '] }),
    escapes: z.partialRecord(z.enum(['text', 'number', 'instant', 'date', 'boolean']), z.string()).meta({
      description: 'The escape of `{last}` by the type of the field.',
      examples: [{ text: 'single', instant: 'instant' }],
    }),
  })
  .meta({ id: 'Keyset', description: 'How a list goes on behind its last record, in a query language.' })

/** How one provider writes what its lists are asked for. */
export const dialect = z
  .strictObject({
    under: z
      .string()
      .optional()
      .meta({ description: 'Paths are named below this one.', examples: ['properties'] }),
    drop: z
      .string()
      .optional()
      .meta({ description: 'A last key that is not named.', examples: ['value'] }),
    nested: z
      .literal(true)
      .optional()
      .meta({ description: 'A key `{path}` of JSON becomes one object in another.', examples: [true] }),
    equal: written.optional().meta({ description: 'A field that is a value.', examples: ['{path} = {value:single}'] }),
    equal_typed: written.optional().meta({
      description: 'The same for what is no text, if it is written otherwise.',
      examples: ['{path} = {value}'],
    }),
    in: clause
      .optional()
      .meta({ description: 'A field that is one of several values.', examples: ['{path} IN ({value:single})'] }),
    at_least: written.optional().meta({
      description: 'A field that is a value or more: the filters `…_after`.',
      examples: ['{path} >= {value}'],
    }),
    sort: written
      .optional()
      .meta({ description: 'An order.', examples: ['{path} {direction}{nulls}, Id {direction}'] }),
    directions: directions
      .optional()
      .meta({ description: 'Their words for the directions.', examples: [{ asc: 'ASC', desc: 'DESC' }] }),
    and: z
      .string()
      .optional()
      .meta({ description: 'Joins text clauses.', examples: [' AND '] }),
    keyset: keyset.optional().meta({
      description: 'How a list goes on behind its last record.',
      examples: [
        {
          by: 'Id',
          sort: 'Id ASC',
          compare: '{path} {operator} {last}',
          equal: '{path} = {last}',
          operators: { asc: '>', desc: '<' },
          and: ' AND ',
          or: ' OR ',
          escapes: { text: 'single' },
        },
      ],
    }),
  })
  .meta({
    id: 'Dialect',
    description:
      'How one provider writes a filter, a sort and the continuation of a list. `{path}` is where the field stands, from the field table; `{field}` its first key, `{member}` the others; `{object}` what the model calls its own.',
  })
export type Dialect = z.infer<typeof dialect>
export type Keyset = z.infer<typeof keyset>
