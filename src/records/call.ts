import type { Unified, Warning } from '../mapping/read.ts'

/** The query of a list, as the caller sent it. */
export interface ListQuery {
  readonly filters: Readonly<Record<string, string>>
  readonly sort?: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
  readonly fields?: readonly string[] | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  /** Whether each record carries the provider's own. */
  readonly raw: boolean
}
interface Written {
  /** Checked by the model's schema. */
  readonly input: Unified
  readonly passThrough?: Readonly<Record<string, unknown>> | undefined
  readonly idempotencyKey?: string | undefined
}
export interface GetCall {
  readonly verb: 'get'
  readonly id: string
  readonly fields?: readonly string[] | undefined
  readonly raw: boolean
}
export type WriteCall =
  | ({ readonly verb: 'create'; readonly id?: undefined } & Written)
  | ({ readonly verb: 'update'; readonly id: string } & Written)
/** One call of a verb on a model. */
export type Call =
  | { readonly verb: 'list'; readonly query: ListQuery }
  | GetCall
  | WriteCall
  | { readonly verb: 'delete'; readonly id: string }

interface Warned {
  readonly warnings: readonly Warning[]
}
export interface OneResult extends Warned {
  readonly data: Unified
}
export type Result =
  | ({ readonly data: Unified[]; readonly next_cursor: string | null } & Warned)
  | OneResult
  /** `means` is what the delete did: `deleted`, or what the provider does instead. */
  | ({ readonly data: null; readonly means: string } & Warned)
