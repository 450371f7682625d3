import { z } from 'zod'
import { jsonObject } from './clause-parts.ts'
import { condition } from './condition.ts'

const path = z.string()
const json = z.json()
const address = (method: string, example: string) =>
  z
    .string()
    .optional()
    .meta({ description: `The path of a ${method} request, below \`base\`.`, examples: [example] })

const failure = z.strictObject({
  each: path.optional().meta({
    description: 'The list of failures in the answer, where they stand apart; in the element itself when left out.',
    examples: ['errors'],
  }),
  key: path.optional().meta({
    description: 'Where a failure of that list has the `{key}` of its record, or a list of them.',
    examples: ['context.objectWriteTraceId'],
  }),
  id: path.optional().meta({
    description: 'Where it has the id of its record, or a list of them.',
    examples: ['context.ids'],
  }),
  status: path
    .optional()
    .meta({ description: 'Where it has an HTTP status of its own; it is a 400 without one.', examples: ['status'] }),
  as: json.optional().meta({
    description:
      'The failure as the answer to a single request would hold it, so that the rows of `errors` fit: a template of `{error}` and `{error.x}`. As it is when left out.',
    examples: [[{ errorCode: '{error.errors.0.statusCode}', message: '{error.errors.0.message}' }]],
  }),
})

/** The provider's own request for several records at once, of one verb. */
export const batchRequest = z
  .strictObject({
    get: address('GET', '/query'),
    post: address('POST', '/objects/{object}/batch/create'),
    put: address('PUT', '/contacts'),
    patch: address('PATCH', '/composite/sobjects'),
    delete: address('DELETE', '/composite/sobjects'),
    query: jsonObject.optional().meta({
      description:
        'Query parameters: templates, in which `{ids}` are the ids of the records, with commas between them.',
      examples: [{ ids: '{ids}', allOrNone: 'false' }],
    }),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Headers: templates.', examples: [{ prefer: 'return=representation' }] }),
    body: json.optional().meta({
      description: 'The body: a template, in which `{items}` are the records, each as `item` says.',
      examples: [{ inputs: '{items}' }],
    }),
    item: json.optional().meta({
      description:
        'What stands in `{items}` for one record: a template of `{id}`, `{key}` and `{record}`. Without `{record}` the record is laid over it.',
      examples: [{ id: '{id}' }, { objectWriteTraceId: '{key}', properties: {} }],
    }),
    max: z
      .int()
      .min(2)
      .optional()
      .meta({ description: 'The most records of one request; it must be said.', examples: [100] }),
    results: path.optional().meta({
      description: 'Path to the list of results in the answer; the whole when left out.',
      examples: ['results'],
    }),
    match: z
      .union([
        z.literal('position'),
        z.strictObject({
          id: path.optional().meta({ description: 'Where a result has the id of its record.', examples: ['id'] }),
          key: path
            .optional()
            .meta({ description: 'Where it has the `{key}` that was sent.', examples: ['objectWriteTraceId'] }),
        }),
      ])
      .optional()
      .meta({
        description:
          'Which record a result is of: the one at its place, or the one that it names. Without it the answer is one for all, and has no results.',
        examples: ['position', { key: 'objectWriteTraceId' }],
      }),
    success: condition.optional().meta({
      description: 'What a result holds whose record was written; each was, when left out.',
      examples: [{ success: true }],
    }),
    id: path.optional().meta({ description: 'Where a result has the id.', examples: ['id'] }),
    record: path.optional().meta({
      description: 'Where a result has the record; the whole result when left out.',
      examples: ['data'],
    }),
    failure: failure.optional().meta({
      description: 'How the answer tells of a record that was refused; it is then classified by `errors`.',
      examples: [{ each: 'errors', id: 'context.ids' }],
    }),
    omits: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({
        description: 'On get: fields of ours that a batch does not answer and a single request does.',
        examples: [['company_id']],
      }),
  })
  .meta({ id: 'BatchRequest', description: 'The provider’s own request for several records at once.' })
export type BatchRequest = z.infer<typeof batchRequest>
