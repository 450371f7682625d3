import { done, type Failure } from '../problem/index.ts'
import type { ProviderAccount, ProviderClient } from '../provider/client.ts'
import { deadline } from '../provider/deadline.ts'
import { readStream } from '../provider/read-stream.ts'
import { retryAfter } from '../provider/retry.ts'
import type { Clock, StreamedResponse } from '../services.ts'
import { signatureHeaders } from './signature.ts'

/** Milliseconds that a receiver has to answer: Standard Webhooks advises 15 to 30 seconds. */
export const TIMEOUT_MS = 15_000
/** Milliseconds beyond that in which the rest of the answer is received. */
const REST_MS = 2_000
/** Bytes of an answer that are received, so that the connection can be used again; nobody looks at them. */
const READ = 65_536
/** The longest wait that a receiver may ask for, in seconds: as long as the last pause of the schedule. */
const LONGEST_WAIT = 86_400

export interface Message {
  /** The same for every attempt. */
  readonly id: string
  readonly environment: string
  readonly url: string
  readonly body: string
  /** What it is signed with, the newest first. */
  readonly keys: readonly string[]
}
/** What came of one attempt. */
export interface Answered {
  /** The receiver's status; undefined where it did not answer. */
  readonly status: number | undefined
  /** Why there was no answer. */
  readonly failure?: Failure | undefined
  /** Seconds that the receiver asks to wait. */
  readonly wait?: number | undefined
  /** Seconds for which nothing is sent to this receiver, as its last answers were failures; nothing was sent. */
  readonly rest?: number | undefined
  /** Milliseconds that it took. */
  readonly ms: number
}
export interface SendWebhookOptions {
  readonly client: ProviderClient
  readonly now: Clock
  /** Milliseconds that a receiver has to answer. */
  readonly timeout?: number | undefined
}

/** A receiver as an account of the provider client: the same guard decides whether its address may be called. */
const receiverOf = (url: URL, environment: string, timeout: number): ProviderAccount => ({
  provider: 'webhook',
  hosts: [url.hostname],
  // The environment may name any port of its own host.
  baseUrl: url.origin,
  headers: {},
  limits: undefined,
  timeout,
  environment,
  // No connection has such an id, so that receivers have circuits and places of their own.
  connection: `webhook/${environment}`,
  authorize: () => done({}),
})

/** Receives the rest of an answer, as far as it is short. */
async function letGo({ body }: StreamedResponse): Promise<void> {
  let size = 0
  const isMore = (piece: Uint8Array) => {
    size += piece.byteLength
    return size < READ
  }
  if (body) await readStream(body, isMore).catch(() => {})
}

/** Makes the function that signs a message and sends it once. It answers every failure as a value. */
export function createSendWebhook({ client, now, timeout = TIMEOUT_MS }: SendWebhookOptions) {
  return async function sendWebhook(
    { id, environment, url, body, keys }: Message,
    cut?: AbortSignal,
  ): Promise<Answered> {
    const started = now()
    const signed = await signatureHeaders({ id, timestamp: Math.floor(started / 1000), body }, keys)
    const { signal, release } = deadline(timeout + REST_MS, cut)
    try {
      const sent = await client.stream(
        {
          method: 'POST',
          url,
          headers: { ...signed, 'content-type': 'application/json', accept: '*/*' },
          body: () => body,
          isReplayable: true,
        },
        receiverOf(new URL(url), environment, timeout),
        // The attempts of a delivery are the outbox's, so that they outlive the process.
        { repeatable: false, attempts: 1, signal, noted: () => {} },
      )
      const ms = now() - started
      if ('failure' in sent) {
        const { failure } = sent
        return { status: undefined, failure, ms, rest: failure.unsent ? failure.retry_after : undefined }
      }
      const { status, headers } = sent.response
      await letGo(sent.response)
      const wait = retryAfter(headers, now())
      return { status, ms, wait: wait === undefined ? undefined : Math.min(wait, LONGEST_WAIT) }
    } finally {
      release()
    }
  }
}
export type SendWebhook = ReturnType<typeof createSendWebhook>

/** Whether a receiver's status says that it has a webhook: a redirect is no delivery. */
export const isDelivered = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300
