import type { Gateway } from '../app.ts'
import type { Draft } from '../mapping/request.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { Failure, Outcome } from '../problem/index.ts'
import type { Carried, Sending } from '../provider/client.ts'
import type { LiveConnection } from '../store/index.ts'
import type { Trace } from './send.ts'

/** A connection and its provider: all that it takes to send a request. */
export interface Reach {
  readonly connection: LiveConnection
  readonly provider: ProviderFile
}
/** On whose behalf, and how often. */
export interface How extends Pick<Sending, 'repeatable' | 'tries' | 'statuses'> {
  readonly environment: string
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** Goes out with the request, where the caller traces. */
  readonly traceparent?: string | undefined
}
/** Who carries out what a mapping or an action function asks for. */
export interface Backend {
  /** Sends an HTTP request as a connection; the answer is the provider's own. */
  send(gateway: Gateway, reach: Reach, draft: Draft, trace: Trace, how: How): Promise<Carried | { failure: Failure }>
  /** Runs one of the backend's own named actions as a connection; answers its output. */
  run(gateway: Gateway, reach: Reach, name: string, input: unknown, trace: Trace, how: How): Promise<Outcome<unknown>>
  /** Where a request that is passed through goes, and the headers that sign it. */
  through(
    reach: Reach,
    endpoint: string,
    base: string | undefined,
  ): { url: string; headers: Readonly<Record<string, string>>; hosts: readonly string[] } | { failure: Failure }
}
