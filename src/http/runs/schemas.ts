import { z } from '@hono/zod-openapi'
import { runKinds, runStates } from '../../store/index.ts'
import { jsonText, time } from '../schemas.ts'

/** The id of a run. */
export const runId = z
  .uuid('Send the id that the answer 202 gave.')
  .openapi({ description: 'The id of a run.', example: '6f1c6d2e-0b7a-8f7e-8f53-2d1c8c1f2a10' })

/** What a request is answered that was accepted as a run. */
export const accepted = z
  .object({
    id: runId,
    statusUrl: z.string().openapi({ description: 'Where its result will be: a path.' }),
  })
  .openapi('AcceptedRun', {
    example: {
      id: '6f1c6d2e-0b7a-8f7e-8f53-2d1c8c1f2a10',
      statusUrl: '/action/6f1c6d2e-0b7a-8f7e-8f53-2d1c8c1f2a10',
    },
  })
/** The response 202 of a route whose requests may be accepted as runs. */
export const acceptedResponse = {
  ...jsonText(accepted, 'Accepted as a run.'),
  headers: { location: { description: 'Where its result will be.', schema: { type: 'string' as const } } },
}

const nullableTime = time.nullable()
export const run = z
  .object({
    id: runId,
    state: z.enum(runStates).openapi({
      description:
        '`queued`: it waits for its turn, or for its next attempt; `running`: an attempt is under way; `interrupted`: the gateway ended over an attempt that may not be made twice.',
    }),
    kind: z.enum(runKinds),
    action: z.string().openapi({ description: 'The action; of a write of the unified API, that of its verb.' }),
    integration: z.string(),
    provider: z.string(),
    connection_id: z.string().nullable(),
    request_id: z.string().openapi({ description: '`X-Request-Id` of the request that asked for it.' }),
    attempts: z.int().openapi({ description: 'Attempts that were begun.' }),
    retries: z.int().openapi({ description: 'Retries that were used.' }),
    max_retries: z.int(),
    created_at: time,
    started_at: nullableTime.openapi({ description: 'When its last attempt began.' }),
    next_attempt_at: nullableTime.openapi({ description: 'Before when no attempt is made.' }),
    ended_at: nullableTime,
    items: z.int().openapi({ description: 'Records of a batch; 0 for any other run.' }),
    code: z.string().nullable().openapi({ description: 'The problem that it ended with, or its last attempt did.' }),
  })
  .openapi('Run', {
    description: 'An asynchronous run.',
    example: {
      id: '6f1c6d2e-0b7a-8f7e-8f53-2d1c8c1f2a10',
      state: 'queued',
      kind: 'record',
      action: 'create-contact',
      integration: 'crm',
      provider: 'example',
      connection_id: 'customer-42',
      request_id: '9f1c6d2e-0b7a-4f7e-8f53-2d1c8c1f2a10',
      attempts: 1,
      retries: 1,
      max_retries: 3,
      created_at: '2026-03-01T12:00:00.000Z',
      started_at: '2026-03-01T12:00:01.000Z',
      next_attempt_at: '2026-03-01T12:00:03.000Z',
      ended_at: null,
      items: 0,
      code: 'provider-failed',
    },
  })

/** How many records of a batch stand how. */
export const progress = z
  .object({
    queued: z.int(),
    running: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    interrupted: z.int(),
  })
  .openapi('BatchProgress', {
    description: 'How many records of a batch stand how.',
    example: { queued: 400, running: 100, succeeded: 497, failed: 3, interrupted: 0 },
  })
