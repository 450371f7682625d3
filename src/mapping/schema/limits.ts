import { z } from 'zod'

const limitScope = z
  .enum(['connection', 'integration'])
  .optional()
  .meta({ description: 'Whose budget it is.', examples: ['connection'] })

/** Headers that say what is left of a budget. */
export const limits = z.union([
  z.strictObject({
    remaining: z
      .string()
      .optional()
      .meta({ description: 'The header that says what is left.', examples: ['x-ratelimit-remaining'] }),
    limit: z
      .string()
      .optional()
      .meta({ description: 'The header that says the whole.', examples: ['x-ratelimit-limit'] }),
    reset: z
      .strictObject({
        header: z.string().meta({ description: 'The header.', examples: ['x-ratelimit-reset'] }),
        format: z
          .enum(['seconds', 'milliseconds', 'unix-seconds', 'unix-millis'])
          .meta({ description: 'What its number is.', examples: ['unix-seconds'] }),
      })
      .optional()
      .meta({
        description: 'The header that says when it is full again.',
        examples: [{ header: 'x-ratelimit-reset', format: 'unix-seconds' }],
      }),
    window: z
      .strictObject({
        header: z.string().meta({ description: 'The header.', examples: ['x-ratelimit-interval'] }),
        format: z
          .enum(['seconds', 'milliseconds'])
          .meta({ description: 'What its number is.', examples: ['milliseconds'] }),
      })
      .optional()
      .meta({
        description: 'The header that says how long a window is, where none says when it ends.',
        examples: [{ header: 'x-ratelimit-interval', as: 'milliseconds' }],
      }),
    scope: limitScope,
  }),
  z.strictObject({
    header: z.string().meta({ description: 'One header that says it all.', examples: ['sforce-limit-info'] }),
    like: z.string().meta({
      description: 'How it reads, with `{used}`, `{limit}` or `{remaining}`, and `{reset}` in seconds.',
      examples: ['api-usage={used}/{limit}'],
    }),
    scope: limitScope,
  }),
])
