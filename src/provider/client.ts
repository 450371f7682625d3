import { type Failure, fail, type Outcome } from '../problem/index.ts'
import type { Clock, HttpFault, HttpResponse, HttpSender, StreamedResponse } from '../services.ts'
import { version } from '../version.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { deadline } from './deadline.ts'
import { destinationOf } from './destination.ts'
import { failureOfFault, isUp } from './faults.ts'
import type { Attempt, ProviderRequest, StreamedRequest } from './provider-request.ts'
import { type Budget, budgetOf, type Limits } from './rate-budget.ts'
import { withoutSecrets } from './redact.ts'
import { type Ended, pauseBefore } from './retry.ts'

/** What every provider is told of who calls (RFC 9110, 10.1.5). A `user-agent` in `provider.json` takes its place. */
export const USER_AGENT = `koine/${version}`

/** One account at a provider, as plain values: where it may be reached and how, and how its requests are signed. */
export interface ProviderAccount {
  /** The provider's id, for problems. */
  readonly provider: string
  /** The provider's own hosts; a wildcard is the leftmost label. */
  readonly hosts: readonly string[]
  /** What stands for the provider's own hosts, where an operator set that. */
  readonly baseUrl: string | undefined
  /** Headers that the provider wants with every request; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly limits: Limits | undefined
  /** Milliseconds that a call may take in all, pauses included; of a stream, until its head has come. */
  readonly timeout: number
  /** What the circuit watches: the integration, in its environment. */
  readonly circuit: string
  /**
   * The headers that sign a request. Asked before each attempt, and may take its time: a token may have to be
   * refreshed first.
   */
  authorize(signal: AbortSignal): Outcome<Signature> | Promise<Outcome<Signature>>
}
/** Headers that sign a request; kept apart from it, so that no log and no explanation sees them. */
export type Signature = Readonly<Record<string, string>>

export interface SendOptions {
  /** Whether the request may be carried out twice without harm; any other is sent again only if it surely did not arrive. */
  readonly repeatable: boolean
  /** Attempts that are made at most, if not 3. */
  readonly attempts?: number | undefined
  /** Statuses that are tried again besides those that may pass. */
  readonly retryOn?: readonly number[] | undefined
  /** The span that the request belongs to, where the caller traces (W3C Trace Context). */
  readonly traceparent?: string | undefined
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** Is told of each attempt as it ends. */
  readonly noted: (attempt: Attempt) => void
}
export interface BufferedOptions extends SendOptions {
  /** Whether the body is wanted as bytes, in place of text. */
  readonly wantsBytes?: boolean | undefined
}

export interface Sent<R> {
  readonly response: R
  /** What the provider says is left of the account's budget. */
  readonly budget: Budget | undefined
  /** Attempts that it took, the last included. */
  readonly attempts: number
}
export type SendResult<R> = Sent<R> | { readonly failure: Failure }

/** The one way to providers. Everything that is sent on behalf of a connection goes through it. */
export interface ProviderClient {
  /** Signs and sends a request, again where that is safe and may help, and reads the response whole. It never throws. */
  send(request: ProviderRequest, account: ProviderAccount, options: BufferedOptions): Promise<SendResult<HttpResponse>>
  /** The same, with bodies that are passed on as they come. */
  stream(
    request: StreamedRequest,
    account: ProviderAccount,
    options: SendOptions,
  ): Promise<SendResult<StreamedResponse>>
}

/** Waits until an account may be called, or until the signal is aborted; is told what each response said of its budget. */
export interface Pacer {
  before(account: ProviderAccount, signal: AbortSignal): Promise<void> | undefined
  after(account: ProviderAccount, budget: Budget | undefined): void
}

export interface ClientOptions {
  readonly sender: HttpSender
  readonly now: Clock
  /** Bytes of a response that are read at most. */
  readonly maxBytes: number
  /** Whether private and local addresses may be called. */
  readonly allowPrivate: boolean
  readonly pacer?: Pacer | undefined
  readonly random?: () => number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly circuit?: Circuit
}

/** What one kind of sending, whole or streamed, does with an attempt. */
interface Sending<R extends HttpResponse | StreamedResponse> {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly isReplayable: boolean
  send(headers: Readonly<Record<string, string>>): Promise<{ response: R } | { fault: HttpFault }>
  /** Bytes that were read. */
  received(response: R): number | undefined
  /** Lets go of a response that is not used. */
  discard(response: R): Promise<void> | undefined
}

/** Makes the client of a process; the circuits of its integrations are its own. */
export function createProviderClient(options: ClientOptions): ProviderClient {
  const { sender, now, maxBytes, allowPrivate, pacer, random = Math.random, sleep = pause } = options
  const circuit = options.circuit ?? createCircuit(now)

  /** Sends until a response is final, the attempts are used up, or the time is. */
  async function attemptAll<R extends HttpResponse | StreamedResponse>(
    sending: Sending<R>,
    account: ProviderAccount,
    { signal: caller, ...how }: SendOptions,
    signal: AbortSignal,
  ): Promise<(Sent<R> & { signature: Signature }) | { failure: Failure }> {
    const ends = now() + account.timeout
    const headers = { 'user-agent': USER_AGENT, ...account.headers, ...sending.headers }
    const { url } = sending
    for (let attempt = 1; ; attempt++) {
      const waited = pacer?.before(account, signal)
      if (waited) await waited
      const asked = account.authorize(signal)
      const signed = asked instanceof Promise ? await asked : asked
      if (!signed.ok) {
        circuit.ended(account.circuit, undefined)
        return { failure: signed.failure }
      }
      const signature = signed.value
      const started = now()
      const result = await sending.send({
        ...headers,
        ...signature,
        ...(how.traceparent !== undefined && { traceparent: how.traceparent }),
      })
      const time = now()
      const response = 'response' in result ? result.response : undefined
      how.noted({
        request: { method: sending.method, url, headers, ...(sending.body !== undefined && { body: sending.body }) },
        status: response?.status,
        ms: time - started,
        started,
        attempt,
        received: response && sending.received(response),
      })
      const budget = response && budgetOf(account.limits, response.headers, time)
      pacer?.after(account, budget)
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
            tries: attempt,
            repeatable: how.repeatable,
            left: ends - time,
            now: time,
            random,
            most: how.attempts,
            statuses: how.retryOn,
          })
        : undefined
      if (wait !== undefined && !signal.aborted) {
        if (response) await sending.discard(response)
        await sleep(wait, signal)
        if (!signal.aborted) continue
      }
      // That the caller has gone says nothing about the provider.
      circuit.ended(account.circuit, caller?.aborted ? undefined : isUp(result))
      if (!response) return { failure: failureOfFault((result as { fault: HttpFault }).fault, account.provider) }
      return { response, budget, attempts: attempt, signature }
    }
  }

  /** The address to call, unless it may not be called, or the account is given a rest. */
  function admit(address: string, account: ProviderAccount): { url: string } | { failure: Failure } {
    const { provider } = account
    const destination = destinationOf(address, { ...account, allowPrivate })
    if ('refused' in destination)
      return fail('provider-unreachable', {
        provider,
        detail: `The address to call ${destination.refused}; the gateway does not call it.`,
        unsent: true,
      })
    const rest = circuit.closedFor(account.circuit)
    if (rest === undefined) return { url: destination.url.href }
    return fail('provider-unreachable', {
      provider,
      detail: 'The provider’s last answers were all failures; it is given a rest.',
      retry_after: rest,
      unsent: true,
    })
  }

  return {
    async send(request, account, how) {
      const admitted = admit(request.url, account)
      if ('failure' in admitted) return admitted
      const { signal, release } = deadline(account.timeout, how.signal)
      const { body, method } = request
      const sending: Sending<HttpResponse> = {
        ...request,
        url: admitted.url,
        headers: { ...(account.headers.accept === undefined && { accept: 'application/json' }), ...request.headers },
        isReplayable: true,
        send: headers =>
          sender.send({ method, url: admitted.url, headers, body, signal, maxBytes, wantsBytes: how.wantsBytes }),
        received: response => response.size,
        discard: () => undefined,
      }
      try {
        const result = await attemptAll(sending, account, how, signal)
        if ('failure' in result) return result
        const { signature, ...sent } = result
        return { ...sent, response: withoutSecrets(sent.response, signature) }
      } finally {
        release()
      }
    },

    async stream(request, account, how) {
      const admitted = admit(request.url, account)
      if ('failure' in admitted) return admitted
      // The head must come in time; the body may take as long as it comes, or until the caller goes.
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), account.timeout)
      const signal = how.signal ? AbortSignal.any([late.signal, how.signal]) : late.signal
      const { url } = admitted
      const { method, headers, body, isReplayable } = request
      try {
        const result = await attemptAll<StreamedResponse>(
          {
            method,
            url,
            headers,
            isReplayable,
            send: all => sender.stream({ method, url, headers: all, body: body?.(), signal }),
            received: () => undefined,
            discard: response => response.body?.cancel(),
          },
          account,
          how,
          signal,
        )
        if ('failure' in result) return result
        const { signature: _, ...sent } = result
        return sent
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** Waits, or ends early when the signal is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
