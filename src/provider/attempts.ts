import { type Failure, fail } from '../problem/index.ts'
import type { Clock, HttpFault, HttpResponse, StreamedResponse } from '../services.ts'
import type { Entry } from './bulkhead.ts'
import type { Circuit } from './circuit.ts'
import { isSafe, mayHaveChanged } from './effect.ts'
import { failureOfFault, isUnsent, isUp, overloaded } from './faults.ts'
import type { ProviderAccount, Signature } from './provider-account.ts'
import { budgetOf } from './rate-budget.ts'
import { type Ended, pauseBefore } from './retry.ts'
import type { Pacer, Sending, SendOptions, Sent } from './sending.ts'

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

/** The circuit that a call belongs to: a provider may be down for one account, or at one host. */
export const circuitOf = (host: string, { connection, circuit = '' }: ProviderAccount): string =>
  `${host} ${connection} ${circuit}`

const noPlace = (): void => {}
/** A place at the host, at once where one is free. */
function placeFor(
  { bulkhead, host }: Pick<Sending<HttpResponse>, 'bulkhead' | 'host'>,
  { environment, connection }: ProviderAccount,
  signal: AbortSignal,
): Entry | Promise<Entry> {
  return bulkhead ? bulkhead.enter({ host, environment, connection }, signal) : noPlace
}

/**
 * Whether a call tells that the provider is up. Nothing where the caller went away, which ends the request, or where
 * most of the time was spent before it was sent.
 */
function upAfter(
  result: { response: HttpResponse | StreamedResponse } | { fault: HttpFault },
  { isLeft, ms, timeout }: { isLeft: boolean; ms: number; timeout: number },
): boolean | undefined {
  if (isLeft || ('fault' in result && result.fault === 'timeout' && ms < timeout / 2)) return undefined
  return isUp(result)
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
  ): Promise<Sent<R> | { failure: Failure }> {
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
    let isRenewed = false
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
        // Last, so that neither a pause nor a token that is renewed keeps a place from others.
        const entered = placeFor(sending, account, signal)
        const place = entered instanceof Promise ? await entered : entered
        if (place === 'full') return failed(overloaded(provider, 'Too many calls wait for their turn already.'))
        if (!place) return failed(overloaded(provider, 'The time was up before it was the turn of this call.'))
        const started = now()
        const result = await sending.send(headers, signature, place)
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
          hadEffect: !(options.harmless ?? isSafe(method)) && mayHaveChanged(result),
        })
        const budget = response && budgetOf(account.limits, response.headers, time)
        pacer?.after(account, budget)
        up = upAfter(result, {
          isLeft: options.signal?.aborted === true,
          ms: time - started,
          timeout: account.timeout,
        })
        const renewing = response?.status === 401 && !isRenewed ? account.renew?.() : undefined
        if (response && renewing) {
          isRenewed = true
          await orAborted(renewing, signal)
          // What cannot be sent again may at least be sent with the new one the next time.
          if (sending.isReplayable && !signal.aborted) {
            await sending.discard(response)?.catch(() => {})
            const renewed = await renewing
            if (!renewed.ok) return failed(renewed.failure)
            // A refusal of the credential is no try of the request.
            attempt--
            continue
          }
        }
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
          return { response: result.response, budget, attempts: attempt }
        }
        if (response) await sending.discard(response)?.catch(() => {})
        await sleep(wait, signal)
      }
    } finally {
      // Also where something threw: the circuit may be waiting for how this very call ends.
      circuit.ended(circuitOf(sending.host, account), up)
    }
  }
}
