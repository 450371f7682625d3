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
  /**
   * Unique key of the integration, whose connections may share a limit. Missing where requests do not count against the
   * limits of the provider's API, as those for a token or to the receiver of a webhook: nothing paces them.
   */
  readonly integration?: string | undefined
  /**
   * Milliseconds that a call may take in all, waiting and pauses included; of a stream, until its head has come, and
   * then from one piece to the next.
   */
  readonly timeout: number
  /** Id of the environment, whose connections share what a host can take. */
  readonly environment: string
  /** Id of the connection; no two environments have the same. */
  readonly connection: string
  /** Where failures are counted apart from others of the connection and host: the name of a backend's action. */
  readonly circuit?: string | undefined
  /** Headers of the signature that are no secret: names, which may stand in any response. */
  readonly open?: ReadonlySet<string> | undefined
  /**
   * Parameters of the query that sign each request, for a provider that takes a key nowhere else. They are added as it is
   * sent, in place of a request's own of the same names, so that no log, note or explanation has them.
   */
  readonly signedQuery?: Signature | undefined
  /**
   * Gives the headers that sign a request. It is called before each attempt and may take its time, as a token may have
   * to be refreshed first. A failure ends the call.
   */
  authorize(signal: AbortSignal): Outcome<Signature> | Promise<Outcome<Signature>>
  /**
   * Makes `authorize` give something else, after the provider did not accept what it gave (401). Missing, or undefined,
   * where there is nothing else to give. A failure ends the call.
   */
  renew?(): Promise<Outcome<unknown>> | undefined
}
