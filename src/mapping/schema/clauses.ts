import { z } from 'zod'
import { addedHeaders, addedQuery, clause } from './clause-parts.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
/** One filter of a list request: a text clause, or what it adds. */
export const filter = z
  .union([
    z.string(),
    z.strictObject({
      clause: clause
        .optional()
        .meta({ description: 'What is put at `{filters}`.', examples: ['Email = {value:single}'] }),
      query: addedQuery({ org_id: '{value}' }),
      headers: addedHeaders,
      in: clause.optional().meta({
        description:
          'The clause for several of theirs that one of ours stands for; in a text they are joined by commas.',
        examples: ['Stage:in:{value:criteria}'],
      }),
      format: z
        .string()
        .optional()
        .meta({ description: 'How this place spells the value, if not as the row does.', examples: ['unix-millis'] }),
      enum: z
        .record(z.string(), z.union([scalar, z.array(scalar)]))
        .optional()
        .meta({ description: 'Theirs for ours, if not the row’s.', examples: [{ open: 'OPEN' }] }),
      post_filter: z
        .literal(true)
        .optional()
        .meta({
          description: 'The provider only narrows: apply the filter once more to the records read.',
          examples: [true],
        }),
      widen_days: z
        .int()
        .min(1)
        .max(31)
        .optional()
        .meta({ description: 'Ask this many days earlier; needs `post_filter`.', examples: [1] }),
    }),
  ])
  .meta({ id: 'Filter', description: 'One filter of a list request: a text clause, or what it adds.' })
export type Filter = z.infer<typeof filter>

export const sort = z
  .strictObject({
    clause: clause.optional().meta({ description: 'What is put at `{sort}`.', examples: ['CreatedDate {direction}'] }),
    query: addedQuery({ sort_by: 'add_time' }),
    after: z
      .union([
        clause,
        z.strictObject({
          asc: clause.meta({ description: 'When ascending.', examples: ['Id > {last.Id:single}'] }),
          desc: clause.meta({ description: 'When descending.', examples: ['Id < {last.Id:single}'] }),
        }),
      ])
      .optional()
      .meta({
        description: 'The clause that starts the next page after `{last.x}` (keyset).',
        examples: [{ asc: 'Id > {last.Id:single}', desc: 'Id < {last.Id:single}' }],
      }),
  })
  .meta({ id: 'Sort', description: 'One sort of a list request.' })
export type Sort = z.infer<typeof sort>
