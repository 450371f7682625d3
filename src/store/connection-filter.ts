import { type Statement, sql, type Value } from './sql.ts'

/** Which connections a list holds: those that match everything that is given. */
export interface ConnectionFilter {
  readonly connectionId?: string | undefined
  /** Part of the connection id, or of the end user's id, email or name; without regard to ASCII case. */
  readonly search?: string | undefined
  readonly endUserId?: string | undefined
  readonly endUserOrganizationId?: string | undefined
  readonly integrations?: readonly string[] | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly limit: number
  /** From 0. */
  readonly page: number
}

/** A pattern of `LIKE` that finds a text anywhere; its own `%` and `_` stand for themselves. */
const patternOf = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
const SEARCHED = [
  'c.connection_id',
  "json_extract(c.end_user, '$.id')",
  "json_extract(c.end_user, '$.email')",
  "json_extract(c.end_user, '$.display_name')",
]

/** The statement of a list. The oldest come first, so that a new connection does not move others to another page. */
export function selectList(select: string, environment: string, filter: ConnectionFilter): Statement {
  const { connectionId, search, endUserId, endUserOrganizationId, integrations, tags, limit, page } = filter
  const conditions = ['c.environment_id = ?']
  const args: Value[] = [environment]
  const and = (condition: string, ...values: Value[]) => {
    conditions.push(condition)
    args.push(...values)
  }
  if (connectionId !== undefined) and('c.connection_id = ?', connectionId)
  if (search !== undefined) {
    const pattern = patternOf(search)
    and(`(${SEARCHED.map(text => `${text} LIKE ? ESCAPE '\\'`).join(' OR ')})`, ...SEARCHED.map(() => pattern))
  }
  if (endUserId !== undefined) and("json_extract(c.end_user, '$.id') = ?", endUserId)
  if (endUserOrganizationId !== undefined)
    and("json_extract(c.end_user, '$.organization.id') = ?", endUserOrganizationId)
  if (integrations !== undefined) and('i.unique_key IN (SELECT value FROM json_each(?))', JSON.stringify(integrations))
  for (const [name, value] of Object.entries(tags))
    and('EXISTS (SELECT 1 FROM json_each(c.tags) WHERE key = ? AND value = ?)', name, value)
  return sql(`${select} WHERE ${conditions.join(' AND ')} ORDER BY c.id LIMIT ? OFFSET ?`, ...args, limit, page * limit)
}
