// The package `koine/hooks`: what TypeScript beside a mapping file imports, for a verb that needs control flow.
import type { Unified } from '../mapping/read.ts'
import type { WriteVerb } from '../mapping/row.ts'
import type { RecordVerb } from '../mapping/verb.ts'
import type { Written } from '../mapping/write.ts'
import type { Code } from '../problem/index.ts'

export { getter, isNothing, lay, parsePath } from '../mapping/path.ts'
export type { Unified } from '../mapping/read.ts'
export type { Written } from '../mapping/write.ts'

/** A request of a hook's own to the provider. */
export interface HookRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the provider's `base`; the hook percent-encodes what it puts into it (`segment`). */
  readonly path: string
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

/**
 * What a hook is given: the provider, signed in to as the connection, and the field table of the mapping, so that no
 * field is written twice. A request that the provider refuses ends the call with its problem.
 */
export interface HookContext {
  /** Sends a request and answers the JSON of its response; undefined for an empty one. */
  send(request: HookRequest): Promise<unknown>
  /** Sends the mapping's own request of a verb: get, delete, or create and update with a record that `write` made. */
  request(
    verb: RecordVerb,
    ask: {
      readonly id?: string
      readonly record?: Record<string, unknown>
      readonly current?: unknown
      readonly passThrough?: Readonly<Record<string, unknown>>
    },
  ): Promise<unknown>
  /** The unified record of a provider's. */
  read(record: unknown): Unified
  /** The provider's record of a unified one. */
  write(input: Unified, verb: WriteVerb, current?: unknown): Written
  /** Percent-encodes one segment of a path; what would make another path of it ends the call. */
  segment(value: string): string
  /**
   * Carries out a later step of a write. A failure of it says in its detail what was done before, and that a record is
   * missing is none of the call's own record.
   */
  step<T>(given: { readonly done: readonly string[]; readonly doing: string }, act: () => Promise<T>): Promise<T>
  /** Ends the call with a problem. */
  fail(code: Code, detail: string): never
}

/** Lists records with more than one request: answers the provider's records, which the field table then reads. */
export type ListHook = (
  context: HookContext,
  query: {
    readonly filters: Readonly<Record<string, string>>
    readonly sort?: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
    readonly fields?: readonly string[] | undefined
    readonly limit: number
    /** What this hook answered as `next`, when the caller asks for the next page. */
    readonly state?: unknown
  },
) => Promise<{ readonly records: readonly unknown[]; readonly next?: unknown }>

/** Finds one record with more than one request: answers the provider's record, or undefined where there is none. */
export type GetHook = (
  context: HookContext,
  query: { readonly id: string; readonly fields?: readonly string[] | undefined },
) => Promise<unknown>

/** Writes a record with more than one request: answers its id; the record is then read back whole. */
export type WriteHook = (
  context: HookContext,
  call: {
    /** Missing on create. */
    readonly id?: string | undefined
    /** The unified record, checked against the model. */
    readonly input: Unified
    readonly passThrough?: Readonly<Record<string, unknown>> | undefined
    /** The provider's record, where the write needed it already. */
    readonly current?: Unified | undefined
  },
) => Promise<{ readonly id: string }>

/** Deletes a record with more than one request. */
export type DeleteHook = (context: HookContext, call: { readonly id: string }) => Promise<void>

/** A hook with the verb that it serves: `write` serves create and update. */
export type Hook =
  | { readonly type: 'list'; readonly run: ListHook }
  | { readonly type: 'get'; readonly run: GetHook }
  | { readonly type: 'write'; readonly run: WriteHook }
  | { readonly type: 'delete'; readonly run: DeleteHook }

/**
 * A hook that lists.
 *
 * @example
 * export default defineListHook(async (context, { filters, limit }) => {
 *   const found = await context.send({ method: 'GET', path: '/people/search', query: { term: filters.email, limit } })
 *   return { records: found.items }
 * })
 */
export const defineListHook = (run: ListHook): Hook => ({ type: 'list', run })
/** A hook that gets one record. */
export const defineGetHook = (run: GetHook): Hook => ({ type: 'get', run })
/** A hook that creates or updates. */
export const defineWriteHook = (run: WriteHook): Hook => ({ type: 'write', run })
/** A hook that deletes. */
export const defineDeleteHook = (run: DeleteHook): Hook => ({ type: 'delete', run })
