import type { Mapping } from '../mapping/compile.ts'
import { show } from '../mapping/path.ts'
import type { Attempt } from '../provider/provider-request.ts'

/** What `explain=true` adds to an answer. */
export interface Explanation {
  /** The requests that were sent to the provider, without the headers that signed them. */
  readonly requests: readonly {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly status: number | null
    readonly ms: number
  }[]
  /** For each field its row in the mapping (file and JSON pointer), and the provider's paths that it reads. */
  readonly fields: Readonly<
    Record<string, { readonly file: string; readonly pointer: string; readonly paths: readonly string[] }>
  >
}

const bodyOf = (text: string, headers: Readonly<Record<string, string>>): unknown =>
  headers['content-type'] === 'application/json' ? JSON.parse(text) : text

/**
 * Explains a call by its attempts and the mapping; `fields` are those that the caller asked for. An attempt holds no
 * signature, so the explanation holds no secret.
 */
export function explain(
  mapping: Mapping,
  attempts: readonly Attempt[],
  fields: readonly string[] | undefined,
): Explanation {
  const file = `mappings/${mapping.provider}/${mapping.model.name}.json`
  const isWanted = (field: string) =>
    !fields || field === 'id' || fields.some(name => name.split('.')[0] === field.split('.')[0])
  return {
    requests: attempts.map(({ request, status, ms }) => ({
      method: request.method,
      url: request.url,
      headers: request.headers,
      ...(request.body !== undefined && { body: bodyOf(request.body, request.headers) }),
      status: status ?? null,
      ms,
    })),
    fields: Object.fromEntries(
      mapping.table.rows
        .filter(row => isWanted(row.field))
        .map(row => [
          row.field,
          row.pointer.startsWith('/field_mappings')
            ? { file: 'metadata of the connection', pointer: row.pointer, paths: row.reads.map(show) }
            : { file, pointer: row.pointer, paths: row.reads.map(show) },
        ]),
    ),
  }
}
