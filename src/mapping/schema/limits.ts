import { z } from 'zod'

const scope = z
  .enum(['connection', 'integration'])
  .optional()
  .meta({
    description:
      'Whose it is: `connection` (unless given) or `integration`, where all connections of one share it, as with a limit of an app.',
    examples: ['integration'],
  })

/** The longest window that is counted; what a longer one allows is a quota, which the provider's own answers tell. */
const LONGEST_SECONDS = 3_600

/** How many requests the provider takes in a window of time. */
export const windowRate = z.strictObject({
  requests: z
    .int()
    .min(1)
    .max(1_000_000)
    .meta({ description: 'How many requests may be begun in any window.', examples: [60] }),
  seconds: z
    .number()
    .min(0.1)
    .max(LONGEST_SECONDS)
    .meta({ description: 'How long a window is: up to an hour.', examples: [60] }),
  scope,
})
/** How many requests the provider takes at once. */
export const concurrentRate = z.strictObject({
  concurrent: z
    .int()
    .min(1)
    .max(1_000)
    .meta({ description: 'How many requests of a connection may be under way at once.', examples: [5] }),
})

/** What the provider documents that it takes, whatever the customer's plan. */
const rates = z
  .array(z.union([windowRate, concurrentRate]))
  .min(1)
  .max(8)
  .optional()
  .meta({
    description:
      'What the provider documents to take of everybody; all hold at once. Left out where it depends on the customer’s plan.',
    examples: [[{ requests: 60, seconds: 60 }, { concurrent: 5 }]],
  })

/** Headers that say what is left of a budget, and the rates that the provider documents. */
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
        examples: [{ header: 'x-ratelimit-interval', format: 'milliseconds' }],
      }),
    rates,
    scope,
  }),
  z.strictObject({
    header: z.string().meta({ description: 'One header that says it all.', examples: ['sforce-limit-info'] }),
    like: z.string().meta({
      description: 'How it reads, with `{used}`, `{limit}` or `{remaining}`, and `{reset}` in seconds.',
      examples: ['api-usage={used}/{limit}'],
    }),
    rates,
    scope,
  }),
])
