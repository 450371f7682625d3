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

const SEARCHED = [
  'c.connection_id',
  "json_extract(c.end_user, '$.id')",
  "json_extract(c.end_user, '$.email')",
  "json_extract(c.end_user, '$.display_name')",
]

/** That a connection has each tag of an object: one text for any number of tags, as a driver remembers every text. */
const HAS_TAGS = `NOT EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE NOT EXISTS
  (SELECT 1 FROM json_each(c.tags) AS own WHERE own.key = wanted.key AND own.value = wanted.value))`

/** A part of a list: so many connections behind the one of an id. */
interface Slice {
  readonly after: number
  readonly limit: number
  readonly offset: number
}

// Without metadata, of which only the size is read. CROSS JOIN: connections come in their order, which needs no sorting.
const SELECT = `SELECT c.id, c.connection_id, c.tags, c.end_user, c.created_at, c.auth_fault, i.unique_key, i.provider,
  coalesce(octet_length(c.metadata), 0) AS metadata_bytes
  FROM connections c INDEXED BY connections_in_order CROSS JOIN integrations i ON i.id = c.integration_id`

/**
 * The statement of a part of a list. The oldest come first, so that a new connection does not move others to another
 * page. What is given decides on its text, never how much of it there is: a driver remembers every text.
 */
export function selectList(
  environment: string,
  { connectionId, search, endUserId, endUserOrganizationId, integrations, tags }: ConnectionFilter,
  { after, limit, offset }: Slice,
): Statement {
  const conditions = ['c.environment_id = ? AND c.id > ?']
  const args: Value[] = [environment, after]
  const and = (condition: string, ...values: Value[]) => {
    conditions.push(condition)
    args.push(...values)
  }
  if (connectionId !== undefined) and('c.connection_id = ?', connectionId)
  // Not LIKE: D1 takes no pattern of more than 50 bytes.
  if (search !== undefined)
    and(`(${SEARCHED.map(text => `instr(lower(${text}), lower(?)) > 0`).join(' OR ')})`, ...SEARCHED.map(() => search))
  if (endUserId !== undefined) and("json_extract(c.end_user, '$.id') = ?", endUserId)
  if (endUserOrganizationId !== undefined)
    and("json_extract(c.end_user, '$.organization.id') = ?", endUserOrganizationId)
  if (integrations !== undefined) and('i.unique_key IN (SELECT value FROM json_each(?))', JSON.stringify(integrations))
  if (Object.keys(tags).length > 0) and(HAS_TAGS, JSON.stringify(tags))
  return sql(`${SELECT} WHERE ${conditions.join(' AND ')} ORDER BY c.id LIMIT ? OFFSET ?`, ...args, limit, offset)
}
