import type { Mapping } from '../mapping/compile.ts'
import { show } from '../mapping/path.ts'
import type { Attempt } from '../provider/provider-request.ts'

/** What `explain=true` answers beside the data. */
export interface Explanation {
  /** The requests that the provider was sent, without what signed them. */
  readonly requests: readonly {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly status: number | null
    readonly ms: number
  }[]
  /** Where each field came from: the file, the place in it, and the provider's paths. */
  readonly fields: Readonly<
    Record<string, { readonly file: string; readonly pointer: string; readonly paths: readonly string[] }>
  >
}

const bodyOf = (text: string, headers: Readonly<Record<string, string>>): unknown =>
  headers['content-type'] === 'application/json' ? JSON.parse(text) : text

/** Explains a call. Signatures are no part of an attempt, so no secret can come from here. */
export function explain(
  mapping: Mapping,
  attempts: readonly Attempt[],
  fields: readonly string[] | undefined,
): Explanation {
  const file = `mappings/${mapping.provider}/${mapping.model.name}.json`
  const asked = (field: string) =>
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
        .filter(row => asked(row.field))
        .map(row => [
          row.field,
          row.pointer.startsWith('/field_mappings')
            ? { file: 'metadata of the connection', pointer: row.pointer, paths: row.reads.map(show) }
            : { file, pointer: row.pointer, paths: row.reads.map(show) },
        ]),
    ),
  }
}
