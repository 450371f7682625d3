import type { Outcome } from '../problem/index.ts'
import type { Limits } from './rate-budget.ts'

/** Headers that sign a request; kept apart from it, so that no log and no explanation shows them. */
export type Signature = Readonly<Record<string, string>>

/** One account at a provider, as plain values: where it may be reached and how, and how its requests are signed. */
export interface ProviderAccount {
  /** The provider's id, for problems. */
  readonly provider: string
  /** The provider's own hosts; a wildcard is the leftmost label. */
  readonly hosts: readonly string[]
  /** The address to call in place of the provider's own hosts, where an operator set one. */
  readonly baseUrl: string | undefined
  /** Headers that the provider wants with every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly limits: Limits | undefined
  /** Milliseconds that a call may take in all, pauses included; of a stream, until its head has come. */
  readonly timeout: number
  /** The name under which failures are counted by the circuit: the integration, in its environment. */
  readonly circuit: string
  /**
   * Gives the headers that sign a request. It is called before each attempt and may take its time, as a token may have
   * to be refreshed first. A failure ends the call.
   */
  authorize(signal: AbortSignal): Outcome<Signature> | Promise<Outcome<Signature>>
}
