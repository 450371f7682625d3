import { z } from '@hono/zod-openapi'
import { type Code, describe, problems } from '../problem/index.ts'

const fault = z
  .object({
    pointer: z
      .string()
      .openapi({ description: 'Where: a JSON pointer into the body, or `/query/…`, `/path/…`, `/header/…`.' }),
    code: z.string().optional().openapi({ description: 'The rule that was broken.' }),
    detail: z.string().openapi({ description: 'How to mend it.' }),
  })
  .openapi('Fault')

/** The body of every failure. */
export const problem = z
  .object({
    type: z.string().openapi({ description: 'Address of a page about this problem.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: 'The request id, as in `X-Request-Id`.' }),
    code: z.string().openapi({ description: 'Stable name of the problem.' }),
    source: z.enum(['caller', 'gateway', 'provider']).openapi({ description: 'Who failed.' }),
    retryable: z.boolean().openapi({ description: 'Whether the same request may succeed later.' }),
    errors: z.array(fault).optional(),
    provider: z.string().optional(),
    upstream: z
      .object({
        status: z.int().optional(),
        code: z.string().optional(),
        message: z.string().optional(),
        body: z.unknown().optional(),
      })
      .optional()
      .openapi({ description: 'What the provider said.' }),
    retry_after: z.number().optional().openapi({ description: 'Seconds until a repetition is worth it.' }),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        errors: z
          .array(fault.extend({ message: z.string().optional(), path: z.array(z.string()).optional() }))
          .optional(),
        payload: z.unknown().optional(),
      })
      .openapi({ description: 'The same, for clients of the documented action API.' }),
  })
  .openapi('Problem', {
    description: 'A failure (RFC 9457).',
    example: { ...describe({ code: 'connection-not-found' }, '9f1c6d2e-0b7a-4f7e-8f53-2d1c8c1f2a10') },
  })

interface ProblemResponse {
  description: string
  content: { 'application/problem+json': { schema: typeof problem } }
}

/**
 * The `responses` of a route for these problems, one entry a status.
 *
 * @example
 * responses: { 200: …, ...problemResponses('unauthenticated', 'forbidden', 'connection-not-found') }
 */
export function problemResponses<C extends Code>(
  ...codes: C[]
): Record<(typeof problems)[C]['status'], ProblemResponse> {
  const byStatus: Record<number, string[]> = {}
  for (const code of codes) {
    const { status, description } = problems[code]
    byStatus[status] = [...(byStatus[status] ?? []), `\`${code}\`: ${description}`]
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, lines]) => [
      status,
      { description: lines.join('\n\n'), content: { 'application/problem+json': { schema: problem } } },
    ]),
  ) as Record<(typeof problems)[C]['status'], ProblemResponse>
}

/** Problems that every route with a key can answer. */
export const authErrors = [
  'unauthenticated',
  'session-ended',
  'forbidden',
  'outside-session',
  'key-in-browser',
  'rate-limited',
  'storage-unavailable',
] as const
/** Problems that every route with a JSON body can answer besides. */
export const bodyErrors = [
  'malformed-json',
  'body-too-large',
  'too-many-bodies',
  'unsupported-media-type',
  'invalid-field',
  'unknown-field',
] as const

/** A response with a JSON body. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

interface TextResponse {
  readonly description: string
  readonly content?: { readonly 'application/json': { readonly schema: z.ZodType } }
}
/**
 * As `json`, for a handler that has the body as text already: an answer that was stored, or an action's output. In the
 * document it stands as any other. To types the content is optional, so the handler may return a plain `Response`: hono
 * can compare a value with the schema, but not a text.
 */
export const jsonText = (schema: z.ZodType, description: string): TextResponse => json(schema, description)

/** A required JSON body. Without `required`, a request without a content type would not be validated at all. */
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { 'application/json': { schema } },
})

/** The response of a route that has nothing else to say: `{ success: true }`. */
export const success = json(
  z.object({ success: z.literal(true) }).openapi('Success', { example: { success: true } }),
  'Done.',
)

/** The scheme that `security: [{ key: [] }]` names. */
export const security = [{ key: [] }]
/** The schemes of routes that a session token may call, too. */
export const securityOrSession = [{ key: [] }, { session: [] }]

// Formats of names as the documented action API has them.
export const uniqueKey = z
  .string()
  .regex(/^[a-zA-Z0-9~:.@ _-]+$/, 'Letters, digits, spaces and ~ : . @ _ - are allowed.')
  .max(255)
  .openapi({ description: 'Names an integration in its environment.', example: 'crm' })
export const connectionId = z
  .string()
  .regex(
    /^[a-zA-Z0-9,.;:=+~[\]|@${}"'\\/_ -]+$/,
    'Letters, digits, spaces and , . ; : = + ~ [ ] | @ $ { } " \' \\ / _ - are allowed.',
  )
  .max(255)
  .openapi({ description: 'Names a connection of an integration.', example: 'customer-42' })
/** An instant in UTC. */
export const time = z.iso.datetime().openapi({ example: '2026-01-05T09:30:00.000Z' })
