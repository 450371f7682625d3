/** The methods of all requests; `/proxy` takes HEAD, too. */
export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methods)[number]

/** A request as a mapping, a hook or an action function makes it: without the headers that sign it. */
export interface ProviderRequest {
  readonly method: Method
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The body as it is sent. */
  readonly body?: string
}

/** A request of `/proxy`, with a body that may come as a stream. */
export interface StreamedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Gives the body for one attempt; missing where there is none. */
  readonly body?: (() => ReadableStream<Uint8Array> | string) | undefined
  /** Whether the body can be given again, for another attempt. */
  readonly isReplayable: boolean
}

/** One attempt at a request, for logs, headers and `explain`. */
export interface Attempt {
  /** The request as it was sent, without the headers that signed it. */
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
  }
  readonly status: number | undefined
  /** Milliseconds from the first byte sent to the last one read; of a streamed response, to its head. */
  readonly ms: number
  /** When it began, in milliseconds since 1970. */
  readonly started: number
  /** Which attempt it was, from 1. */
  readonly attempt: number
  /** Bytes of the response, where they were counted. */
  readonly received?: number | undefined
  /** Whether it may have changed something that a repetition would change once more. */
  readonly hadEffect: boolean
}
