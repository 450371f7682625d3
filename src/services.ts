// What an entry point hands in: everything that differs between a Node process and a Worker. This file imports nothing,
// so that code which uses these interfaces runs in both.

/** Headers of a response; names in lower case. */
export interface ResponseHeaders {
  get(name: string): string | null | undefined
  entries(): Iterable<[string, string]>
}

/** A request as it is sent, with its signature. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | ReadableStream<Uint8Array> | undefined
  /** Aborted when the time is up or the caller has gone. */
  readonly signal: AbortSignal
}
/** A request whose response is read whole. */
export interface BufferedRequest extends HttpRequest {
  /** Bytes that the decompressed body may have; beyond, the result is the fault `too-large`. */
  readonly maxBytes: number
  /** Whether the body is wanted as bytes, in place of text. */
  readonly wantsBytes?: boolean | undefined
}
export interface HttpResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  /** The whole body, decompressed, as UTF-8 text; empty where bytes were wanted. */
  readonly text: string
  /** The whole body, decompressed, where bytes were wanted. */
  readonly bytes?: Uint8Array | undefined
  /** Bytes of the decompressed body, where the sender counted them. */
  readonly size?: number | undefined
}
/** A response whose body is still coming. */
export interface StreamedResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: ReadableStream<Uint8Array> | null
}
/**
 * Why there was no whole response.
 * - `unreachable`: no connection could be made, so the request was surely not sent.
 * - `reset`: the connection ended before a response began; the request may have been carried out.
 * - `private-address`: the host's name leads to an address that the gateway may not call.
 * - `timeout`: the signal was aborted.
 * - `cut-short`: the response began and did not come to its end.
 * - `too-large`: the body has more than `maxBytes`.
 */
export type HttpFault = 'unreachable' | 'reset' | 'private-address' | 'timeout' | 'cut-short' | 'too-large'

/** Requests over the network, without following redirects: undici on Node, `fetch` at the edge. It never throws. */
export interface HttpSender {
  /** Reads the response whole. */
  send(request: BufferedRequest): Promise<{ readonly response: HttpResponse } | { readonly fault: HttpFault }>
  /** Passes the body on as it comes, still compressed where the other side compressed it. */
  stream(request: HttpRequest): Promise<{ readonly response: StreamedResponse } | { readonly fault: HttpFault }>
}

/** A value that both SQLite and D1 store. */
export type SqlValue = string | number | null | Uint8Array
export interface SqlStatement {
  readonly sql: string
  readonly args: readonly SqlValue[]
}
export type SqlRow = Record<string, SqlValue>

/**
 * The database: SQLite in one process, or D1. Both run the same SQL. D1 has no `BEGIN`, so what must happen together is
 * one batch.
 */
export interface SqlDriver {
  /**
   * Runs all statements or none, in order; answers the rows of each. A batch of `SELECT`s alone may be answered by a
   * replica, which knows at least what this process wrote.
   */
  batch(statements: readonly SqlStatement[]): Promise<SqlRow[][]>
  /**
   * A number that changes when another process wrote; reading it takes no I/O. D1 has none, so there the cache sees what
   * another isolate wrote only once its own entry is too old.
   */
  version?(): number
  /**
   * A read belongs to the request that began it, as on Workers: no other request may wait for its promise, which would
   * never settle if the first request were cut off.
   */
  readonly bound?: true
  /** Whether every migration of this build has been applied. */
  ready(): Promise<boolean>
  close(): void
}

/** The present, in milliseconds since 1970. */
export type Clock = () => number

/** All that an entry point hands in besides the settings. */
export interface Services {
  readonly driver: SqlDriver
  readonly sender: HttpSender
  readonly now: Clock
  /** A static file by its path (`/openapi.json`), or undefined. */
  readonly asset: (path: string) => Promise<Response | undefined>
  /** Writes one line of the log. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}
