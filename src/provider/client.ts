import { type Failure, fail } from '../problem/index.ts'
import type { Clock, HttpResponse, HttpSender, StreamedResponse } from '../services.ts'
import { createAttempts, type Pacer, type SendOptions, type SendResult } from './attempts.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { deadline } from './deadline.ts'
import { destinationOf } from './destination.ts'
import type { ProviderAccount } from './provider-account.ts'
import type { ProviderRequest, StreamedRequest } from './provider-request.ts'
import { withoutSecrets } from './redact.ts'
import { requestHeaders } from './request-headers.ts'

export type { Pacer, SendOptions, SendResult, Sent } from './attempts.ts'
export type { ProviderAccount, Signature } from './provider-account.ts'
export { USER_AGENT } from './request-headers.ts'

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

  /** Checks a request before anything else is done for it. */
  function admit(
    { url, headers: own }: Pick<ProviderRequest, 'url' | 'headers'>,
    account: ProviderAccount,
    preset: Readonly<Record<string, string>>,
  ): Admitted | { failure: Failure } {
    const { provider } = account
    const destination = destinationOf(url, { ...account, allowPrivate })
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
    const rest = circuit.openFor(account.circuit)
    if (rest === undefined) return { url: destination.url.href, headers: made.headers }
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
      const { url } = admitted
      // The length of a body that is here as a whole is the sender's to count.
      const { 'content-length': _, ...headers } = admitted.headers
      const { method, body } = request
      const { signal, release } = deadline(account.timeout, how.signal)
      try {
        const result = await attemptAll<HttpResponse>(
          {
            method,
            url,
            headers,
            body,
            isReplayable: true,
            send: all => sender.send({ method, url, headers: all, body, signal, maxBytes, wantsBytes: how.wantsBytes }),
            received: response => response.size,
            discard: () => undefined,
          },
          account,
          how,
          signal,
        )
        if ('failure' in result) return result
        const { signature, ...sent } = result
        return { ...sent, response: withoutSecrets(sent.response, signature) }
      } finally {
        release()
      }
    },

    async stream(request, account, how) {
      const admitted = admit(request, account, {})
      if ('failure' in admitted) return admitted
      // The head must come in time; the body may take as long as it comes, or until the caller goes.
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), account.timeout)
      const signal = how.signal ? AbortSignal.any([late.signal, how.signal]) : late.signal
      const { url, headers } = admitted
      const { method, body, isReplayable } = request
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
