import { z } from 'zod'
import { addedQuery, clause } from './clause-parts.ts'
import { condition } from './condition.ts'

const path = z.string()

const last = z.strictObject({
  sort: z
    .union([
      z.string(),
      z.strictObject({
        clause: clause.optional().meta({ description: 'What is put at `{sort}`.', examples: ['Id ASC'] }),
        query: addedQuery({ order: 'id' }),
      }),
    ])
    .optional()
    .meta({ description: 'The order in which keyset paging walks.', examples: ['Id ASC'] }),
  after: z
    .union([
      z.string(),
      z.strictObject({
        clause: clause.meta({ description: 'The same as JSON.', examples: [{ id: { $gt: '{last.id}' } }] }),
      }),
    ])
    .optional()
    .meta({
      description: 'The clause that starts the next page; left out where `{last.x}` stands in the query or body.',
      examples: ['Id > {last.Id:single}'],
    }),
})
export const page = z
  .strictObject({
    cursor: path
      .optional()
      .meta({ description: 'Where the answer has the next cursor.', examples: ['paging.next.after'] }),
    offset: z
      .union([z.literal(0), z.literal(1)])
      .optional()
      .meta({ description: 'The first offset; the next adds the records received.', examples: [0] }),
    number: z
      .union([z.literal(0), z.literal(1)])
      .optional()
      .meta({ description: 'The first page number; the next adds one.', examples: [1] }),
    last: last.optional().meta({
      description: 'Keyset: the next page starts after the last record.',
      examples: [{ sort: 'Id ASC', after: 'Id > {last.Id:single}' }],
    }),
    keyset: z
      .literal(true)
      .optional()
      .meta({
        description: 'The next page starts after the last record, as the `keyset` of the dialect says.',
        examples: [true],
      }),
    link: z
      .literal('next')
      .optional()
      .meta({ description: 'The address in the `Link` header with `rel="next"`.', examples: ['next'] }),
    url: path.optional().meta({
      description:
        'Where the answer has the address of the next page. Beside `last`, `offset` or `number` it is not called: it says that a short page is not the last.',
      examples: ["'@odata.nextLink'"],
    }),
    more: condition.optional().meta({
      description: 'A condition that must hold for a next page, in place of a full page.',
      examples: [{ has_more: true }],
    }),
  })
  .meta({ id: 'Page', description: 'How the next page is asked for.' })
export type Page = z.infer<typeof page>
