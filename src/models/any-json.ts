import { z } from '@hono/zod-openapi'

/**
 * Levels that a JSON value without a schema may have: more than any provider takes, and few enough for functions that
 * call themselves for each level.
 */
export const LEVELS = 100

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

/** Names of members that could change every object of the process where they are assigned. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])
const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Members that an object of a caller's own names may have. */
const MEMBERS = 1_000

/** Any values by name. A forbidden name is refused; zod's own `record` would drop `__proto__` without a word. */
export const anyJsonMap = z
  .custom<Record<string, unknown>>(isMap, { error: 'An object is needed.', abort: true })
  .refine(value => Object.keys(value).length <= MEMBERS, { error: `At most ${MEMBERS} members.`, abort: true })
  .superRefine((value, context) => {
    for (const name of Object.keys(value))
      if (FORBIDDEN.has(name)) context.addIssue({ code: 'custom', path: [name], message: 'This name is not allowed.' })
    if (!isShallow(value, LEVELS)) context.addIssue({ code: 'custom', message: `At most ${LEVELS} levels.` })
  })
  // OpenAPI cannot be derived from a custom schema. Null is in it for a field that may be cleared.
  .openapi({ type: ['object', 'null'], additionalProperties: {} })
