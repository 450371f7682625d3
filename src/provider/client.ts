import { type Failure, fail } from '../problem/index.ts'
import type { Clock, HttpResponse, HttpSender, StreamedResponse } from '../services.ts'
import { circuitOf, createAttempts } from './attempts.ts'
import { createBulkhead } from './bulkhead.ts'
import { createCallTime } from './call-time.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { destinationOf } from './destination.ts'
import type { Pacer } from './pacing.ts'
import type { ProviderAccount } from './provider-account.ts'
import type { ProviderRequest, StreamedRequest } from './provider-request.ts'
import { requestHeaders } from './request-headers.ts'
import { sendOnce, streamOnce } from './send-once.ts'
import type { SendOptions, SendResult } from './sending.ts'
import { withoutSigned } from './signed-query.ts'

export type { Pacer, Turn } from './pacing.ts'
export type { ProviderAccount, Signature } from './provider-account.ts'
export { USER_AGENT } from './request-headers.ts'
export type { SendOptions, SendResult, Sent } from './sending.ts'

export interface BufferedOptions extends SendOptions {
  /** Whether the body is wanted as bytes, in place of text. */
  readonly wantsBytes?: boolean | undefined
}

/** The one way to providers. Everything that is sent on behalf of a connection goes through it. */
export interface ProviderClient {
  /** Signs and sends a request, again where that is safe and may help, and reads the response whole. */
  send(request: ProviderRequest, account: ProviderAccount, options: BufferedOptions): Promise<SendResult<HttpResponse>>
  /** The same, with bodies that are passed on as they come. */
  stream(
    request: StreamedRequest,
    account: ProviderAccount,
    options: SendOptions,
  ): Promise<SendResult<StreamedResponse>>
}

export interface ClientOptions {
  readonly sender: HttpSender
  readonly now: Clock
  /** Bytes of a response that are read at most. */
  readonly maxBytes: number
  /** Whether private and local addresses may be called. */
  readonly allowPrivate: boolean
  readonly pacer?: Pacer | undefined
  /** From 0 up to 1, for the lengths of pauses. */
  readonly random?: () => number
  /** Waits for some milliseconds, or until the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Where a request goes and what it carries, once it may be sent. */
interface Admitted {
  readonly url: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Makes the client of a process. Both of its functions answer failures as values: an address or header that is refused,
 * an account without a signature, an open circuit, a provider that cannot be reached or is too slow.
 */
export function createProviderClient(options: ClientOptions): ProviderClient {
  const { sender, now, maxBytes, allowPrivate, pacer, random = Math.random, sleep = pause } = options
  const circuit: Circuit = createCircuit(now)
  const attemptAll = createAttempts({ now, circuit, pacer, random, sleep })
  const { places } = sender
  // Apart from each other: a stream may take as long as its reader likes.
  const whole = places && createBulkhead(places.whole)
  const streamed = places && createBulkhead(places.streamed)

  /** Checks a request before anything else is done for it. */
  function admit(
    { url: asked, headers: own }: Pick<ProviderRequest, 'url' | 'headers'>,
    account: ProviderAccount,
    preset: Readonly<Record<string, string>>,
  ): Admitted | { failure: Failure } {
    const { provider } = account
    const destination = destinationOf(asked, { ...account, allowPrivate })
    if ('refused' in destination)
      return fail('provider-unreachable', {
        provider,
        detail: `The address to call ${destination.refused}; the gateway does not call it.`,
        unsent: true,
      })
    const made = requestHeaders(preset, account.headers, own)
    if ('refused' in made)
      return fail('bad-parameter', {
        provider,
        detail: `The header ${JSON.stringify(made.refused)} has characters that no header may have.`,
        unsent: true,
      })
    // Last, since the circuit counts on hearing how an admitted call ends.
    const { href, host } = destination.url
    const url = withoutSigned(href, account)
    const rest = circuit.openFor(circuitOf(host, account))
    if (rest === undefined) return { url, host, headers: made.headers }
    return fail('provider-unreachable', {
      provider,
      detail: 'The provider’s last answers were all failures; it is given a rest.',
      retry_after: rest,
      unsent: true,
    })
  }

  return {
    async send(request, account, how) {
      const admitted = admit(request, account, { accept: 'application/json' })
      if ('failure' in admitted) return admitted
      const { url, host } = admitted
      // The length of a body that is here as a whole is the sender's to count.
      const { 'content-length': _, ...headers } = admitted.headers
      const { method, body } = request
      const time = createCallTime({ timeout: account.timeout, caller: how.signal, now, outlivesEnd: false })
      const { signal } = time
      try {
        return await attemptAll<HttpResponse>(
          {
            method,
            url,
            host,
            headers,
            body,
            bulkhead: whole,
            isReplayable: true,
            send: (unsigned, signature, leave, begun) =>
              sendOnce(
                { sender, account, signature, leave, begun },
                { method, url, headers: unsigned, body, signal, maxBytes, wantsBytes: how.wantsBytes },
              ),
            received: response => response.size,
            discard: () => undefined,
          },
          account,
          how,
          time,
        )
      } finally {
        time.end()
      }
    },

    async stream(request, account, how) {
      const admitted = admit(request, account, {})
      if ('failure' in admitted) return admitted
      // The head must come in time; the body may take as long as it comes, or until the caller goes.
      const time = createCallTime({ timeout: account.timeout, caller: how.signal, now, outlivesEnd: true })
      const { signal } = time
      const { url, host, headers } = admitted
      const { method, body, isReplayable } = request
      try {
        return await attemptAll<StreamedResponse>(
          {
            method,
            url,
            host,
            headers,
            bulkhead: streamed,
            isReplayable,
            send: (unsigned, signature, leave, begun) =>
              streamOnce({ sender, account, signature, leave, begun }, () => ({
                method,
                url,
                headers: unsigned,
                body: body?.(),
                signal,
              })),
            received: () => undefined,
            discard: response => response.body?.cancel(),
          },
          account,
          how,
          time,
        )
      } finally {
        time.end()
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
