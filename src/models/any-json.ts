import { z } from '@hono/zod-openapi'

/**
 * Levels that a value of any form may have: far more than any provider takes, far fewer than a stack. What reads,
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
export const anyJson = z
  .unknown()
  .refine(value => isShallow(value, LEVELS), { error: `At most ${LEVELS} levels.`, abort: true })

/** Names that could change every object of the process, were they written as they are. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])
const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Any values by name. A name that is not allowed is refused, where zod's own record would pass `__proto__` over. */
export const anyJsonMap = z
  .custom<Record<string, unknown>>(isMap, { error: 'An object is needed.', abort: true })
  .superRefine((value, context) => {
    for (const name of Object.keys(value))
      if (FORBIDDEN.has(name)) context.addIssue({ code: 'custom', path: [name], message: 'This name is not allowed.' })
    if (!isShallow(value, LEVELS)) context.addIssue({ code: 'custom', message: `At most ${LEVELS} levels.` })
  })
  // As said by hand: what a custom schema takes is not in its type. Null is taken where a field may be cleared.
  .openapi({ type: ['object', 'null'], additionalProperties: {} })
