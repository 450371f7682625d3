import { z } from 'zod'
import { condition } from './condition.ts'

const path = z.string()
const place = z.union([
  path,
  z.strictObject({ header: z.string().meta({ description: 'A header, in place of a path.', examples: ['x-error'] }) }),
])
const places = z.union([place, z.array(place).min(1)])

/** The format's words for a failure; each is one problem. */
export const failureWords = [
  'invalid',
  'unauthorized',
  'scope-missing',
  'forbidden',
  'not-found',
  'conflict',
  'stale',
  'rate-limited',
  'quota-spent',
  'page-limit',
  'bad-cursor',
  'provider-down',
] as const
export type FailureWord = (typeof failureWords)[number]

export const failureRow = z
  .strictObject({
    status: z
      .union([z.int(), z.array(z.int()).min(1)])
      .optional()
      .meta({ description: 'The status, or several; any when left out.', examples: [403, [400, 422]] }),
    on: z
      .enum(['list', 'get', 'create', 'update', 'delete'])
      .optional()
      .meta({ description: 'Only for this verb; any when left out.', examples: ['list'] }),
    when: condition.optional().meta({
      description: 'What the body must hold: path → value, list of values, or `"*"` for anything.',
      examples: [{ 'errors.0.code': 'REQUEST_LIMIT_EXCEEDED' }],
    }),
    error: z.enum(failureWords).meta({ description: 'The format’s word for it.', examples: ['quota-spent'] }),
  })
  .meta({ id: 'FailureRow', description: 'Tried in order on every answer, also a 200.' })

/** How a provider says no. */
export const errors = z.strictObject({
  message: places.optional().meta({
    description:
      'Where the provider says what went wrong; first found wins. `.*` at the end is the first value of an object.',
    examples: ['message', 'field-errors.*'],
  }),
  code: places.optional().meta({ description: 'Where it names the failure.', examples: [['category', 'errorType']] }),
  rows: z
    .array(failureRow)
    .optional()
    .meta({
      description: 'What answers mean that their status alone does not say; tried in order.',
      examples: [[{ status: 403, when: { category: 'MISSING_SCOPES' }, error: 'scope-missing' }]],
    }),
})
