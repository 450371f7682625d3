// The package `koine/hooks`, which TypeScript beside a mapping file imports where a verb takes more than one request.
import type { Unified } from '../mapping/read.ts'
import type { WriteVerb } from '../mapping/row.ts'
import type { RecordVerb } from '../mapping/verb.ts'
import type { Written } from '../mapping/write.ts'
import type { Code } from '../problem/index.ts'

export { getter, isNothing, lay, parsePath } from '../mapping/path.ts'
export type { Unified } from '../mapping/read.ts'
export type { Written } from '../mapping/write.ts'

/** A request to the provider that a hook makes itself. */
export interface HookRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the provider's `base`; the hook percent-encodes what it puts into it (`segment`). */
  readonly path: string
  /** A value that is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

/**
 * What a hook is given: requests to the provider, signed as the connection, and the field table of the mapping, so that
 * a hook need not repeat it. A request that the provider refuses ends the call with the problem of that refusal.
 */
export interface HookContext {
  /** Sends a request and answers the JSON of its response; undefined for an empty one. */
  send(request: HookRequest): Promise<unknown>
  /**
   * Sends the request that the mapping has for a verb; create and update with a `record` that `write` made. Answers the
   * provider's record, or the JSON of the response where it holds none.
   */
  request(
    verb: RecordVerb,
    given: {
      readonly id?: string
      readonly record?: Record<string, unknown>
      readonly current?: unknown
      readonly passThrough?: Readonly<Record<string, unknown>>
    },
  ): Promise<unknown>
  /** Reads a provider's record as a unified one. */
  read(record: unknown): Unified
  /** Makes a provider's record of a unified one. */
  write(input: Unified, verb: WriteVerb, current?: unknown): Written
  /** Percent-encodes one segment of a path. A value that would change the rest of the path, such as `..`, ends the call. */
  segment(value: string): string
  /**
   * Runs a later step of a write. A failure of it says in its detail what was done before. Where the step does not find
   * a record, the call does not end as if its own record were missing.
   */
  step<T>(given: { readonly done: readonly string[]; readonly doing: string }, act: () => Promise<T>): Promise<T>
  /** Ends the call with a problem. */
  fail(code: Code, detail: string): never
}

/** What each kind of hook is given beside its context, and what it answers. `write` serves create and update. */
export interface HookCalls {
  readonly list: {
    readonly query: {
      readonly filters: Readonly<Record<string, string>>
      readonly sort?: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
      readonly fields?: readonly string[] | undefined
      readonly limit: number
      /** What this hook answered as `next`, when the caller asks for the next page. */
      readonly state?: unknown
    }
    /** The provider's records, which the field table then reads; `next` is missing after the last page. */
    readonly answer: { readonly records: readonly unknown[]; readonly next?: unknown }
  }
  readonly get: {
    readonly query: { readonly id: string; readonly fields?: readonly string[] | undefined }
    /** The provider's record; undefined where there is none of that id. */
    readonly answer: unknown
  }
  readonly write: {
    readonly query: {
      /** Missing on create. */
      readonly id?: string | undefined
      /** The unified record, checked against the model. */
      readonly input: Unified
      readonly passThrough?: Readonly<Record<string, unknown>> | undefined
      /** The provider's record, where the write needed it already. */
      readonly current?: Unified | undefined
    }
    /** The record is then read back whole. */
    readonly answer: { readonly id: string }
  }
  readonly delete: { readonly query: { readonly id: string }; readonly answer: unknown }
}
export type HookType = keyof HookCalls

/** A hook of one kind. */
export interface HookOf<T extends HookType> {
  readonly type: T
  run(context: HookContext, query: HookCalls[T]['query']): Promise<HookCalls[T]['answer']>
}
/** A hook of any kind. */
export type Hook = { readonly [T in HookType]: HookOf<T> }[HookType]

/**
 * Makes a hook that lists records with more than one request.
 *
 * @example
 * export default defineListHook(async (context, { filters, limit }) => {
 *   const found = await context.send({ method: 'GET', path: '/people/search', query: { term: filters.email, limit } })
 *   return { records: found.items }
 * })
 */
export const defineListHook = (run: HookOf<'list'>['run']): Hook => ({ type: 'list', run })
/** Makes a hook that gets one record with more than one request. */
export const defineGetHook = (run: HookOf<'get'>['run']): Hook => ({ type: 'get', run })
/** Makes a hook that creates and updates records with more than one request. */
export const defineWriteHook = (run: HookOf<'write'>['run']): Hook => ({ type: 'write', run })
/** Makes a hook that deletes records with more than one request. */
export const defineDeleteHook = (run: HookOf<'delete'>['run']): Hook => ({ type: 'delete', run })
