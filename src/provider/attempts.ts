import { type Failure, fail } from '../problem/index.ts'
import type { Clock, HttpFault, HttpResponse, StreamedResponse } from '../services.ts'
import type { Circuit } from './circuit.ts'
import { failureOfFault, isUnsent, isUp } from './faults.ts'
import type { ProviderAccount, Signature } from './provider-account.ts'
import type { Attempt } from './provider-request.ts'
import { type Budget, budgetOf } from './rate-budget.ts'
import { type Ended, pauseBefore } from './retry.ts'

export interface SendOptions {
  /** Whether the request may be carried out twice without harm; any other is sent again only where it surely did not arrive. */
  readonly repeatable: boolean
  /** How often the request is sent at most; 3 times unless given. */
  readonly attempts?: number | undefined
  /** Statuses after which the request is sent again, besides 429, 500 and 502 to 504. */
  readonly retryOn?: readonly number[] | undefined
  /** The span that the request belongs to, where the caller traces (W3C Trace Context). */
  readonly traceparent?: string | undefined
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

/** Spreads the requests of an account over time, so that the provider does not refuse them. */
export interface Pacer {
  /** Waits until the account may be called, or until the signal is aborted; undefined where it may be at once. */
  before(account: ProviderAccount, signal: AbortSignal): Promise<void> | undefined
  /** Is told what a response says of the budget; undefined where it says nothing, or none came. */
  after(account: ProviderAccount, budget: Budget | undefined): void
}

/** What differs between a response that is read whole and one that is streamed. */
export interface Sending<R extends HttpResponse | StreamedResponse> {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Whether it can be sent a second time: the body of a stream may be gone. */
  readonly isReplayable: boolean
  send(headers: Readonly<Record<string, string>>): Promise<{ response: R } | { fault: HttpFault }>
  /** Bytes of the response, where they were counted. */
  received(response: R): number | undefined
  /** Lets go of a response that nobody reads. */
  discard(response: R): Promise<void> | undefined
}

interface Options {
  readonly now: Clock
  readonly circuit: Circuit
  readonly pacer: Pacer | undefined
  readonly random: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Waits for a promise, at most until the signal is aborted; whoever made it may not look at the signal. */
const orAborted = (promise: Promise<unknown>, signal: AbortSignal): Promise<unknown> => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', end))
}

/** What was sent, for logs and `explain`: a header of the request's own that the signature replaced was not. */
const withoutSigned = (headers: Readonly<Record<string, string>>, signature: Signature) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !Object.hasOwn(signature, name)))

/** Makes the function that sends a request, signed, until a response is final or no attempt or time is left. */
export function createAttempts({ now, circuit, pacer, random, sleep }: Options) {
  /** Waits for the account's turn and its signature. Undefined where the time was up before, or the caller gone. */
  async function prepare(account: ProviderAccount, signal: AbortSignal) {
    if (signal.aborted) return undefined
    const turn = pacer?.before(account, signal)
    if (turn) await orAborted(turn, signal)
    if (signal.aborted) return undefined
    let signed = account.authorize(signal)
    if (signed instanceof Promise) {
      const promise = signed
      await orAborted(promise, signal)
      if (signal.aborted) return undefined
      signed = await promise
    }
    return signed
  }

  return async function attemptAll<R extends HttpResponse | StreamedResponse>(
    sending: Sending<R>,
    account: ProviderAccount,
    options: SendOptions,
    signal: AbortSignal,
  ): Promise<(Sent<R> & { signature: Signature }) | { failure: Failure }> {
    const { provider } = account
    const ends = now() + account.timeout
    const { method, url, body } = sending
    const headers = {
      ...sending.headers,
      ...(options.traceparent !== undefined && { traceparent: options.traceparent }),
    }
    // What the call tells the circuit of the provider; nothing where it ends before one could tell.
    let up: boolean | undefined
    let mayHaveArrived = false
    const failed = ({ unsent, ...failure }: Failure): { failure: Failure } => ({
      failure: unsent && !mayHaveArrived ? { ...failure, unsent } : failure,
    })
    try {
      for (let attempt = 1; ; attempt++) {
        const signed = await prepare(account, signal)
        if (!signed)
          return failed(
            fail('provider-timeout', {
              provider,
              detail: 'The time was up before the request could be sent.',
              unsent: true,
            }).failure,
          )
        if (!signed.ok) return failed(signed.failure)
        const signature = signed.value
        const started = now()
        const result = await sending.send({ ...headers, ...signature })
        const time = now()
        const response = 'response' in result ? result.response : undefined
        mayHaveArrived ||= !isUnsent(result)
        options.noted({
          request: { method, url, headers: withoutSigned(headers, signature), ...(body !== undefined && { body }) },
          status: response?.status,
          ms: time - started,
          started,
          attempt,
          received: response && sending.received(response),
        })
        const budget = response && budgetOf(account.limits, response.headers, time)
        pacer?.after(account, budget)
        // A caller who goes away ends the request, which says nothing of the provider.
        up = options.signal?.aborted ? undefined : isUp(result)
        const ended: Ended =
          'fault' in result
            ? result
            : {
                status: result.response.status,
                headers: result.response.headers,
                reset: budget?.remaining === 0 ? budget.reset : undefined,
              }
        const wait = sending.isReplayable
          ? pauseBefore(ended, {
              attempts: attempt,
              repeatable: options.repeatable,
              left: ends - time,
              now: time,
              random,
              most: options.attempts,
              statuses: options.retryOn,
            })
          : undefined
        if (wait === undefined || signal.aborted) {
          if ('fault' in result) return failed(failureOfFault(result.fault, provider))
          return { response: result.response, budget, attempts: attempt, signature }
        }
        if (response) await sending.discard(response)?.catch(() => {})
        await sleep(wait, signal)
      }
    } finally {
      // Also where something threw: the circuit may be waiting for how this very call ends.
      circuit.ended(account.circuit, up)
    }
  }
}
