import { z } from 'zod'
import { batchRequest } from './batch-request.ts'
import { jsonObject } from './clause-parts.ts'
import { filter, sort } from './clauses.ts'
import { page } from './list-page.ts'

const path = z.string()
const json = z.json()

const requestKeys = {
  get: z
    .string()
    .optional()
    .meta({ description: 'The path of a GET request, below `base`.', examples: ['/contacts/{id}'] }),
  post: z
    .string()
    .optional()
    .meta({ description: 'The path of a POST request.', examples: ['/contacts'] }),
  put: z
    .string()
    .optional()
    .meta({ description: 'The path of a PUT request.', examples: ['/contacts/{id}'] }),
  patch: z
    .string()
    .optional()
    .meta({ description: 'The path of a PATCH request.', examples: ['/contacts/{id}'] }),
  delete: z
    .string()
    .optional()
    .meta({ description: 'The path of a DELETE request.', examples: ['/contacts/{id}'] }),
  query: jsonObject
    .optional()
    .meta({ description: 'Query parameters: templates.', examples: [{ limit: '{limit}', after: '{cursor}' }] }),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'Headers: templates.', examples: [{ 'if-modified-since': '{value}' }] }),
  body: json.optional().meta({
    description: 'The body: a template. Without `{record}` the record is laid over it.',
    examples: [{ data: ['{record}'] }],
  }),
  graphql: z
    .string()
    .optional()
    .meta({
      description: 'A GraphQL document; only `{select}` is a placeholder in it.',
      examples: ['query($id: String!) { issue(id: $id) {{select}} }'],
    }),
  variables: jsonObject
    .optional()
    .meta({ description: 'The variables of the document: templates.', examples: [{ id: '{id}' }] }),
  record: path
    .optional()
    .meta({ description: 'Where the record is in the answer; the whole when left out.', examples: ['data'] }),
  inject: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      description:
        'Members laid into each record of the response before it is read: what only the request knows, such as the parent.',
      examples: [{ ticket_id: '{filter.ticket_id}' }, { ticket_id: '{id.0}' }],
    }),
  hook: z
    .string()
    .optional()
    .meta({
      description: 'A hook instead of the request, or beside it for calls that hold a field `{ "by": "hook" }`.',
      examples: ['update-contact'],
    }),
}

/** The request of `provider.json` that one of a model's is made from. */
const template = z
  .string()
  .optional()
  .meta({ description: 'A request of `provider.json` that this one is laid over.', examples: ['search'] })

/** Filters or sorts by name, as the dialect writes them, and exceptions written out. */
const named = <T extends z.ZodType>(written: T) =>
  z.union([z.record(z.string(), written), z.array(z.union([z.string(), z.record(z.string(), written)]))])

const listKeys = {
  record: path.optional().meta({
    description: 'Path to the record inside each element of the list; the element when left out.',
    examples: ['item'],
  }),
  records: path
    .optional()
    .meta({ description: 'Path to the list in the answer; the whole when left out.', examples: ['results'] }),
  max: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'The largest page.', examples: [100] }),
  filters: named(filter)
    .optional()
    .meta({
      description:
        'The filters this request can carry: names, as the dialect writes them, and those that are written out.',
      examples: [['email', 'updated_after'], { email: 'Email = {value:single}' }],
    }),
  sorts: named(sort)
    .optional()
    .meta({
      description: 'The sorts this request can carry, likewise.',
      examples: [['created_at'], { created_at: { clause: 'CreatedDate {direction}' } }],
    }),
  directions: z
    .strictObject({
      asc: z.string().meta({ description: 'For ascending.', examples: ['ASC'] }),
      desc: z.string().meta({ description: 'For descending.', examples: ['DESC'] }),
    })
    .optional()
    .meta({ description: 'Their words for the directions.', examples: [{ asc: 'ASC', desc: 'DESC' }] }),
  and: z
    .string()
    .optional()
    .meta({ description: 'Joins text clauses.', examples: [' AND '] }),
  absent_when_empty: z
    .literal(true)
    .optional()
    .meta({ description: 'The list is missing when there is nothing.', examples: [true] }),
  page: page.optional().meta({
    description: 'How the next page is asked for; one page is all when left out.',
    examples: [{ cursor: 'paging.next.after' }],
  }),
}
export const listRequest = z.strictObject({ ...requestKeys, request: template, ...listKeys }).meta({
  id: 'ListRequest',
  description: 'A request that answers a list, with the filters, sorts and paging that it can carry.',
})
export type ListRequest = z.infer<typeof listRequest>

const idAt = z.union([
  path,
  z.strictObject({
    header: z.string().meta({ description: 'The header that has it.', examples: ['location'] }),
    like: z
      .string()
      .meta({ description: 'How it reads; the id is between the literals.', examples: ['…/employees/{id}'] }),
  }),
])
const verbKeys = {
  id: idAt.optional().meta({
    description: 'Where a create answers the id.',
    examples: ['id', { header: 'location', like: '…/employees/{id}' }],
  }),
  read_back: z
    .literal(true)
    .optional()
    .meta({ description: 'Reads the whole record back after the write.', examples: [true] }),
  overwrites: z
    .record(z.string(), z.enum(['whole', 'mapped']))
    .optional()
    .meta({ description: 'Containers that the provider overwrites as a whole.', examples: [{ names: 'whole' }] }),
  delete_effect: z
    .enum(['archived', 'closed', 'deactivated'])
    .optional()
    .meta({ description: 'What delete does when it does not delete.', examples: ['archived'] }),
  batch: batchRequest.optional().meta({
    description: 'The provider’s own request for several records at once, for `POST /{model}/batch`.',
    examples: [{ post: '/contacts/batch/delete', body: { ids: '{items}' }, item: '{id}', max: 100 }],
  }),
}
export const verbRequest = z
  .strictObject({ ...requestKeys, request: template, ...verbKeys })
  .meta({ id: 'VerbRequest', description: 'A request for one record.' })
export type VerbRequest = z.infer<typeof verbRequest>

/** A request that the models of a provider share; `{object}` is what each model calls its own. */
export const sharedRequest = z
  .strictObject({ ...requestKeys, ...listKeys, ...verbKeys })
  .omit({ filters: true, sorts: true })
  .meta({
    id: 'SharedRequest',
    description: 'A request that the models of a provider share, with `{object}` for what each calls its own.',
  })

export const select = z
  .strictObject({
    by: z
      .enum(['names', 'paths', 'tree'])
      .optional()
      .meta({
        description: '`names`: the first key; `paths`: the whole path; `tree`: a GraphQL selection.',
        examples: ['names'],
      }),
    under: path
      .optional()
      .meta({ description: 'Only what is below this path is asked for by name.', examples: ['properties'] }),
    always: z
      .array(z.string())
      .optional()
      .meta({ description: 'Names that are always asked for.', examples: [['id']] }),
    never: z
      .array(z.string())
      .optional()
      .meta({ description: 'Names that cannot be asked for.', examples: [['metadata']] }),
  })
  .meta({ id: 'Select', description: 'How the provider is told which of its fields to answer.' })
export type Select = z.infer<typeof select>
