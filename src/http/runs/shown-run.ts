import type { z } from 'zod'
import type { Run } from '../../store/index.ts'
import type { run } from './schemas.ts'

/** A run as callers see it. */
export const shownRun = (found: Run): z.input<typeof run> => ({
  id: found.id,
  state: found.state,
  kind: found.kind,
  action: found.name,
  integration: found.integration,
  provider: found.provider,
  connection_id: found.connection_id || null,
  request_id: found.request_id,
  attempts: found.attempts,
  retries: found.retries,
  max_retries: found.max_retries,
  created_at: found.created_at,
  started_at: found.started_at,
  next_attempt_at: found.next_at,
  ended_at: found.ended_at,
  items: found.items,
  code: found.code,
})

/** Whether what a run was given and what came of it are erased, or about to be; `now` is in milliseconds since 1970. */
export const isExpired = ({ expires_at }: Run, now: number): boolean => Date.parse(expires_at) <= now
