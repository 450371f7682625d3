import { z } from '@hono/zod-openapi'
import type { Model } from '../../models/index.ts'
import type { ListQuery } from '../../records/call.ts'

/** Records on a page, at most. */
const LIMIT = 200
const flag = z.enum(['true', 'false']).optional()
const names = z.string().min(1).max(4_000)

const fields = names.optional().openapi({
  description: 'Fields to answer, separated by commas; members with a dot. `id` always comes.',
  example: 'id,updated_at',
})
const raw = flag.openapi({ description: 'Whether each record carries the provider’s own in `raw`.' })

const explain = flag.openapi({
  description: 'Whether the answer says what the provider was sent, and where each field came from.',
})

type FilterName = `filter[${string}]`

/** The query of a list: closed, so that a misspelt parameter is refused and not passed over. */
export function listParameters(model: Model) {
  const filters: Record<FilterName, z.ZodOptional<z.ZodString>> = Object.fromEntries(
    Object.entries(model.filters).map(([name, field]) => [
      `filter[${name}]`,
      z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .openapi({
          description: name.endsWith('_after')
            ? `Records whose \`${field}\` is that instant or later (RFC 3339).`
            : `Records whose \`${field}\` is that value.`,
        }),
    ]),
  )
  return z
    .strictObject({
      limit: z
        .string()
        .regex(/^\d{1,3}$/, { error: `A whole number from 1 to ${LIMIT}.`, abort: true })
        .refine(text => Number(text) >= 1 && Number(text) <= LIMIT, `A whole number from 1 to ${LIMIT}.`)
        .optional()
        .openapi({
          type: 'integer',
          minimum: 1,
          maximum: LIMIT,
          default: 50,
          description: 'Records on a page. Fewer come where the provider’s largest page is smaller.',
          example: 50,
        }),
      cursor: z.string().min(1).max(8_000).optional().openapi({ description: '`next_cursor` of the page before.' }),
      fields,
      raw,
      explain,
      ...filters,
      'sort[by]': z
        .string()
        .min(1)
        .optional()
        .openapi({ enum: [...model.sorts], description: 'What to sort by.' }),
      'sort[direction]': z
        .enum(['asc', 'desc'])
        .optional()
        .openapi({ description: 'Direction of the sort; `asc` when left out.' }),
    })
    .superRefine((query, context) => {
      if (query['sort[direction]'] !== undefined && query['sort[by]'] === undefined)
        context.addIssue({ code: 'custom', path: ['sort[by]'], message: 'Name what to sort by.' })
    })
}

/** The query of one record. */
export const oneParameters = z.strictObject({ fields, raw, explain })
/** The query of a write. */
export const writeParameters = z.strictObject({ explain })
/** No query at all. */
export const noParameters = z.strictObject({})

/** The names in `fields=a,b`. */
export const fieldsOf = (text: string | undefined): string[] | undefined =>
  text === undefined
    ? undefined
    : [
        ...new Set(
          text
            .split(',')
            .map(name => name.trim())
            .filter(Boolean),
        ),
      ]

/** A query that has passed `listParameters`. zod's type of it leaves out members whose name is a pattern. */
type ListParameters = z.output<ReturnType<typeof listParameters>> & Readonly<Record<FilterName, string | undefined>>

/** The query of a list as `records/` takes it. */
export function listQuery(model: Model, query: ListParameters): ListQuery {
  const filters: Record<string, string> = {}
  for (const name of Object.keys(model.filters)) {
    const value = query[`filter[${name}]`]
    if (value !== undefined) filters[name] = value
  }
  const by = query['sort[by]']
  return {
    filters,
    sort: by === undefined ? undefined : { by, direction: query['sort[direction]'] === 'desc' ? 'desc' : 'asc' },
    fields: fieldsOf(query.fields),
    limit: query.limit === undefined ? undefined : Number(query.limit),
    cursor: query.cursor,
    raw: query.raw === 'true',
  }
}
