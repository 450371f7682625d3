import { z } from '@hono/zod-openapi'
import type { Verb } from '../../mapping/errors.ts'
import { models } from '../../models/index.ts'
import { connectionId, time, uniqueKey } from '../schemas.ts'

/** Seconds that a token lives, unless the caller says otherwise, and at most. */
const LIFETIME = { usual: 900, longest: 86_400 }
/** Origins that one token names: each request carries them, and headers have bounds. */
const MOST_ORIGINS = 10

/** The verbs of the unified routes, in the order in which they are answered. */
export const verbs = ['list', 'get', 'create', 'update', 'delete'] as const satisfies readonly Verb[]
const modelNames = Object.keys(models) as [string, ...string[]]

/** The body of `POST /sessions`. */
export const sessionInput = z
  .strictObject({
    connection_id: connectionId,
    provider_config_key: uniqueKey.optional().openapi({
      description: 'The integration; needed only where several have a connection of that id.',
    }),
    models: z
      .array(z.enum(modelNames))
      .min(1)
      .max(modelNames.length)
      .optional()
      .openapi({ description: 'Models that the token may call; all when absent.', example: ['contacts'] }),
    verbs: z
      .array(z.enum(verbs))
      .min(1)
      .max(verbs.length)
      .optional()
      .openapi({
        description: 'Verbs that it may call; all that your own key may when absent. None that your key may not.',
        example: ['list', 'get'],
      }),
    origins: z
      .array(z.string().max(255))
      .min(1)
      .max(MOST_ORIGINS)
      .optional()
      .openapi({
        description:
          'Origins of `allowed_origins`: the token works from pages of these alone, and not without the header `Origin`. When absent, from pages of all of `allowed_origins`, and without that header.',
        example: ['https://app.example.com'],
      }),
    expires_in: z
      .int()
      .min(1)
      .max(LIFETIME.longest)
      .default(LIFETIME.usual)
      .openapi({ description: 'Seconds that it works.', example: LIFETIME.usual }),
  })
  .openapi('SessionInput', {
    example: { connection_id: 'customer-42', models: ['contacts'], verbs: ['list', 'get'] },
  })

/** What `POST /sessions` answers. */
export const madeSession = z
  .object({
    token: z.string().openapi({
      description: 'Sent as `Authorization: Bearer <token>`. Signed and not encrypted: whoever has it can read it.',
      example: 'koine_session_eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJrb2luZSJ9.Zm9yLWV4YW1wbGUtb25seQ',
    }),
    expires_at: time.openapi({ description: 'When it ends, unless its key or its connection ends before.' }),
  })
  .openapi('Session')
