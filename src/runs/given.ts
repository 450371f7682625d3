import type { Outcome } from '../problem/index.ts'

/** What a run was given, as it is kept. */
export interface Given {
  readonly environmentName: string
  readonly input?: unknown
  /** The idempotency key that a create is sent with. */
  readonly key: string
  /** The span that its requests belong to. */
  readonly traceparent?: string | undefined
}

/** What came of a run, as it is kept: the action's output, or why there is none. */
export type Result = Outcome<{
  readonly value?: unknown
  /** What a delete did. */
  readonly means?: string | undefined
}>
