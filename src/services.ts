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
  /** Called when the request is written to its connection, perhaps more than once, by a sender that knows when that is. */
  readonly begun?: (() => void) | undefined
}
/** A request whose response is read whole. */
export interface BufferedRequest extends HttpRequest {
  /** Bytes that the body may have, as it comes and decompressed; beyond, the result is the fault `too-large`. */
  readonly maxBytes: number
  /** Whether the body is wanted as bytes, in place of text. */
  readonly wantsBytes?: boolean | undefined
}
export interface HttpResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  /** The whole body, decompressed, as UTF-8 text; empty where bytes were wanted. */
  readonly text: string
  /** Whether the body has bytes that are no UTF-8; `text` has U+FFFD in their place. */
  readonly isMalformed?: boolean | undefined
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
 * - `too-large`: the body has more than `maxBytes`, before or after decompression.
 * - `unreadable`: the body is compressed in a way that is not known, or the status is none of HTTP's.
 * - `exhausted`: this machine has no socket left to call with, so nothing was sent.
 */
export type HttpFault =
  | 'unreachable'
  | 'reset'
  | 'private-address'
  | 'timeout'
  | 'cut-short'
  | 'too-large'
  | 'unreadable'
  | 'exhausted'

/** Requests over the network, without following redirects: undici on Node, `fetch` at the edge. It never throws. */
export interface HttpSender {
  /** Reads the response whole. */
  send(request: BufferedRequest): Promise<{ readonly response: HttpResponse } | { readonly fault: HttpFault }>
  /** Passes the body on as it comes, decompressed, and without headers that say how it was compressed. */
  stream(request: HttpRequest): Promise<{ readonly response: StreamedResponse } | { readonly fault: HttpFault }>
  /**
   * Requests that one host may be sent at once, where all callers share a pool of connections: those that are read
   * whole, and streams. Missing at the edge, where requests share nothing: each has connections of its own, six at once.
   */
  readonly places?: { readonly whole: number; readonly streamed: number } | undefined
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
  /** Runs all statements or none, in order; answers how many rows each changed, without reading any of them. */
  change(statements: readonly SqlStatement[]): Promise<number[]>
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
  /** Statements run beside this process's own work, not in its place. */
  readonly aside?: true
  /** Rejects where what the database lies on is gone or takes no more bytes. D1 has nothing of the kind to look at. */
  present?(): Promise<void>
  close(): void | Promise<void>
}

/** The present, in milliseconds since 1970. */
export type Clock = () => number

/** A static file as it is answered; 304 without a body where the caller has it already. */
export interface StaticFile {
  readonly status: 200 | 304
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null
  /** What describes the body: `etag`, `content-encoding`, `vary`, `content-length`. */
  readonly headers: Readonly<Record<string, string>>
}

/** Browser clients that wait on a socket for what comes of a sign-in. */
export interface SignInSockets {
  /** Sends one of them a message, as JSON; does nothing where it has gone. */
  tell(id: string, message: Readonly<Record<string, unknown>>): Promise<void>
}

/** All that an entry point hands in besides the settings. */
export interface Services {
  readonly driver: SqlDriver
  /** A database of its own for the rows of `GET /logs`; without it they are in `driver`. */
  readonly logDriver?: SqlDriver | undefined
  readonly sender: HttpSender
  readonly now: Clock
  /** A static file by its path (`/openapi.json`), as the headers of the request want it; undefined where there is none. */
  readonly asset: (path: string, asked: Headers) => Promise<StaticFile | undefined>
  /** Missing where there are no sockets. */
  readonly sockets?: SignInSockets | undefined
  /** Whether the process was told to stop. Missing where nobody tells it. */
  readonly stopping?: (() => boolean) | undefined
  /** Writes one line of the log. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}
