/** Headers of an answer; names in lower case. */
export interface HeaderBag {
  get(name: string): string | null | undefined
  entries(): Iterable<[string, string]>
}
/** What a door sends, as it is. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Aborted when the time is up or the caller has gone. */
  readonly signal: AbortSignal
  /** Bytes of the decompressed body that are read at most. */
  readonly maxBytes: number
}
export interface WireAnswer {
  readonly status: number
  readonly headers: HeaderBag
  /** The whole body, decompressed, as UTF-8 text. */
  readonly text: string
  /** Bytes of the body, where the wire counted them. */
  readonly bytes?: number
}
/**
 * Why there was no whole answer. `unreachable`: the request was surely not sent; `reset`: it may have been, and no
 * answer came.
 */
export type WireFault = 'unreachable' | 'reset' | 'private-address' | 'timeout' | 'cut-short' | 'too-large'

/**
 * One exchange over the network, without following redirects: undici on Node, `fetch` at the edge. It never throws.
 */
export type Wire = (request: WireRequest) => Promise<{ readonly answer: WireAnswer } | { readonly fault: WireFault }>
