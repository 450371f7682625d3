import type { Failure } from '../problem/index.ts'
import type { Clock, HttpFault, HttpResponse, StreamedResponse } from '../services.ts'
import type { Entry } from './bulkhead.ts'
import type { CallTime } from './call-time.ts'
import type { Circuit } from './circuit.ts'
import { isSafe, mayHaveChanged } from './effect.ts'
import { failureOfFault, isUnsent, isUp, overloaded, type Result } from './faults.ts'
import type { Ended, Pacer, Turn } from './pacing.ts'
import { createPrepare, orAborted } from './prepare.ts'
import type { ProviderAccount, Signature } from './provider-account.ts'
import { type Budget, budgetOf } from './rate-budget.ts'
import { type Ended as Answered, pauseBefore, retryAfter } from './retry.ts'
import type { Sending, SendOptions, Sent } from './sending.ts'

interface Options {
  readonly now: Clock
  readonly circuit: Circuit
  readonly pacer: Pacer | undefined
  readonly random: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
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

/** What the pace of other requests depends on. */
function endedOf(result: Result, budget: Budget | undefined, now: number): Ended {
  if (!('response' in result)) return { isUnsent: isUnsent(result) }
  const { status, headers } = result.response
  return {
    isUnsent: false,
    status,
    budget,
    retryAfter: status === 429 || status === 403 ? retryAfter(headers, now) : undefined,
  }
}

/** Makes the function that sends a request, signed, until a response is final or no attempt or time is left. */
export function createAttempts({ now, circuit, pacer, random, sleep }: Options) {
  const prepare = createPrepare(pacer, now)
  return async function attemptAll<R extends HttpResponse | StreamedResponse>(
    sending: Sending<R>,
    account: ProviderAccount,
    options: SendOptions,
    time: CallTime,
  ): Promise<Sent<R> | { failure: Failure }> {
    const { provider } = account
    const { signal } = time
    const { method, url, body } = sending
    const headers = {
      ...sending.headers,
      ...(options.traceparent !== undefined && { traceparent: options.traceparent }),
    }
    // What the call tells the circuit of the provider; nothing where it ends before one could tell.
    let up: boolean | undefined
    // Until it is given back.
    let turn: Turn | undefined
    let mayHaveArrived = false
    let isRenewed = false
    const failed = ({ unsent, ...failure }: Failure): { failure: Failure } => ({
      failure: unsent && !mayHaveArrived ? { ...failure, unsent } : failure,
    })
    try {
      for (let attempt = 1; ; attempt++) {
        const ready = await prepare({ account, isPatient: options.isPatient === true, time })
        if ('failure' in ready) return failed(ready.failure)
        const { signature } = ready
        turn = ready.turn
        // Last, so that neither a pause nor a token that is renewed keeps a place from others.
        const entered = placeFor(sending, account, signal)
        const place = entered instanceof Promise ? await entered : entered
        if (place === 'full') return failed(overloaded(provider, 'Too many calls wait for their turn already.'))
        if (!place) return failed(overloaded(provider, 'The time was up before it was the turn of this call.'))
        const started = now()
        turn?.begin()
        const result = await sending.send(headers, signature, place, turn?.begin)
        const ended = now()
        const response = 'response' in result ? result.response : undefined
        const budget = response && budgetOf(account.limits, response.headers, ended)
        pacer?.after(account, turn, endedOf(result, budget, ended))
        turn = undefined
        mayHaveArrived ||= !isUnsent(result)
        options.noted({
          request: { method, url, headers: withoutSigned(headers, signature), ...(body !== undefined && { body }) },
          status: response?.status,
          ms: ended - started,
          started,
          attempt,
          received: response && sending.received(response),
          hadEffect: !(options.harmless ?? isSafe(method)) && mayHaveChanged(result),
        })
        up = upAfter(result, {
          isLeft: options.signal?.aborted === true,
          ms: ended - started,
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
        const answered: Answered =
          'fault' in result
            ? result
            : {
                status: result.response.status,
                headers: result.response.headers,
                reset: budget?.remaining === 0 ? budget.reset : undefined,
              }
        const wait = sending.isReplayable
          ? pauseBefore(answered, {
              attempts: attempt,
              repeatable: options.repeatable,
              left: time.ends - ended,
              now: ended,
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
      if (turn) pacer?.after(account, turn, { isUnsent: true })
      // Also where something threw: the circuit may be waiting for how this very call ends.
      circuit.ended(circuitOf(sending.host, account), up)
    }
  }
}
