import { z } from '@hono/zod-openapi'

/**
 * Levels that a value of free form may have: far more than any provider takes, far fewer than a stack. What reads,
 * lays over and writes such a value goes down level by level.
 */
const LEVELS = 100

function isShallow(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true
  if (levels === 0) return false
  for (const member of Object.values(value)) if (!isShallow(member, levels - 1)) return false
  return true
}

/** Any JSON that a caller may send where no schema says what it is. */
export const free = z
  .unknown()
  .refine(value => isShallow(value, LEVELS), { error: `At most ${LEVELS} levels.`, abort: true })
