// A provider's client over a network that answers what a test says, and writes down what it was sent.
import { createProviderClient, type Pacer, type ProviderAccount, type SendOptions } from '../../src/provider/client.ts'
import type { Attempt, ProviderRequest, StreamedRequest } from '../../src/provider/provider-request.ts'
import type { BufferedRequest, HttpFault, HttpRequest, HttpSender } from '../../src/services.ts'

/** What the network answers: a status with headers and a body, or a fault. */
export type Reply =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly text?: string
      /** The chunks of a stream, in place of `text`. */
      readonly pieces?: readonly Uint8Array[]
    }
  | HttpFault

export interface Sent {
  readonly kind: 'buffered' | 'streamed'
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const textOf = async (body: HttpRequest['body']): Promise<string | undefined> =>
  body === undefined ? undefined : new Response(body as BodyInit).text()

export const HOST = 'https://api.harbour.example'
/** A signature that is long enough to be told from other text. */
export const TOKEN = 'planted-access-token'

interface Setup {
  /** What is answered, in order; the last one again and again. */
  readonly replies?: readonly Reply[]
  /** Answers in place of `replies`. */
  readonly answer?: (request: HttpRequest, n: number) => Promise<Reply>
  readonly pacer?: Pacer
  /** Requests that one host is sent at once, of each way. */
  readonly places?: number
  readonly allowPrivate?: boolean
  /** Pauses take their real time, in place of moving the clock. */
  readonly isSlow?: boolean
}

/** A client, and everything that happened to it. The clock begins with 2026 and moves with pauses and `wait` alone. */
export function openClient({
  replies = [{ status: 200 }],
  answer,
  pacer,
  places,
  allowPrivate = false,
  isSlow,
}: Setup = {}) {
  const sent: Sent[] = []
  const attempts: Attempt[] = []
  const pauses: number[] = []
  const cancelled: number[] = []
  let time = Date.UTC(2026, 0, 1)
  const reply = async (kind: Sent['kind'], request: HttpRequest) => {
    const { method, url, headers } = request
    const n = sent.length
    sent.push({ kind, method, url, headers, body: undefined })
    sent[n] = { kind, method, url, headers, body: await textOf(request.body) }
    return answer ? answer(request, n) : replies[Math.min(n, replies.length - 1)]!
  }
  const sender: HttpSender = {
    places: places === undefined ? undefined : { whole: places, streamed: places },
    async send(request: BufferedRequest) {
      const replied = await reply('buffered', request)
      if (typeof replied === 'string') return { fault: replied }
      const { status, headers, text = '' } = replied
      const bytes = request.wantsBytes ? new TextEncoder().encode(text) : undefined
      return { response: { status, headers: new Headers(headers), text: bytes ? '' : text, ...(bytes && { bytes }) } }
    },
    async stream(request) {
      const n = sent.length
      const replied = await reply('streamed', request)
      if (typeof replied === 'string') return { fault: replied }
      const { status, headers, text = '', pieces = [new TextEncoder().encode(text)] } = replied
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const piece of pieces) controller.enqueue(piece)
          controller.close()
        },
        cancel: () => void cancelled.push(n),
      })
      return { response: { status, headers: new Headers(headers), body } }
    },
  }
  const client = createProviderClient({
    sender,
    now: () => time,
    maxBytes: 1_000_000,
    allowPrivate,
    pacer,
    random: () => 1,
    ...(!isSlow && {
      sleep: async ms => {
        pauses.push(ms)
        time += ms
      },
    }),
  })
  const options: SendOptions = { repeatable: true, noted: attempt => attempts.push(attempt) }
  return {
    sent,
    attempts,
    pauses,
    cancelled,
    /** Moves the clock. */
    wait: (ms: number) => {
      time += ms
    },
    send: (
      request: Partial<ProviderRequest> = {},
      account: Partial<ProviderAccount> = {},
      more: Partial<SendOptions & { wantsBytes: boolean }> = {},
    ) =>
      client.send(
        { method: 'GET', url: `${HOST}/people`, headers: {}, ...request },
        { ...accountOf(), ...account },
        { ...options, ...more },
      ),
    stream: (
      request: Partial<StreamedRequest> = {},
      account: Partial<ProviderAccount> = {},
      more: Partial<SendOptions> = {},
    ) =>
      client.stream(
        { method: 'GET', url: `${HOST}/people`, headers: {}, isReplayable: true, ...request },
        { ...accountOf(), ...account },
        { ...options, ...more },
      ),
  }
}

const accountOf = (): ProviderAccount => ({
  provider: 'harbour',
  hosts: ['api.harbour.example'],
  baseUrl: undefined,
  headers: {},
  limits: undefined,
  timeout: 30_000,
  environment: 'environment',
  connection: 'harbour',
  authorize: () => ({ ok: true, value: { authorization: `Bearer ${TOKEN}` } }),
})

/** A stream of one text. */
export const streamOf = (text: string): ReadableStream<Uint8Array> => new Blob([text]).stream()
