import type { Failure } from '../problem/index.ts'
import type { HttpFault, HttpResponse, StreamedResponse } from '../services.ts'
import type { Bulkhead, Leave } from './bulkhead.ts'
import type { Signature } from './provider-account.ts'
import type { Attempt } from './provider-request.ts'
import type { Budget } from './rate-budget.ts'

export interface SendOptions {
  /** Whether the request may be carried out twice without harm; any other is sent again only where it surely did not arrive. */
  readonly repeatable: boolean
  /**
   * Whether the whole call may be carried out anew after it: it only reads, or the provider carries it out once for its
   * key. Unless given, requests of safe methods are.
   */
  readonly harmless?: boolean | undefined
  /** How often the request is sent at most; 3 times unless given. */
  readonly attempts?: number | undefined
  /** Statuses after which the request is sent again, besides 429, 500 and 502 to 504. */
  readonly retryOn?: readonly number[] | undefined
  /** The span that the request belongs to, where the caller traces (W3C Trace Context). */
  readonly traceparent?: string | undefined
  /**
   * Whether the call waits for the account's turn however long that takes, as a run of a queue does: its time counts from
   * then. Any other is refused where its turn would come too late.
   */
  readonly isPatient?: boolean | undefined
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** Is told of each attempt as it ends. */
  readonly noted: (attempt: Attempt) => void
}

export interface Sent<R> {
  readonly response: R
  /** What the provider says is left of the account's budget. */
  readonly budget: Budget | undefined
  /** How often the request was sent. */
  readonly attempts: number
}
export type SendResult<R> = Sent<R> | { readonly failure: Failure }

/** What differs between a response that is read whole and one that is streamed. */
export interface Sending<R extends HttpResponse | StreamedResponse> {
  readonly method: string
  readonly url: string
  /** Host and port of the address. */
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Gives out the host's places; undefined where there is no need to. */
  readonly bulkhead: Bulkhead | undefined
  /** Whether it can be sent a second time: the body of a stream may be gone. */
  readonly isReplayable: boolean
  /**
   * Sends it once, signed, answers a response without what signed it, and leaves its place when the response has come to
   * its end. `begun` is called as it is written, where the network says when that is.
   */
  send(
    headers: Readonly<Record<string, string>>,
    signature: Signature,
    leave: Leave,
    begun: (() => void) | undefined,
  ): Promise<{ response: R } | { fault: HttpFault }>
  /** Bytes of the response, where they were counted. */
  received(response: R): number | undefined
  /** Lets go of a response that nobody reads. */
  discard(response: R): Promise<void> | undefined
}
