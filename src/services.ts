// What an entry point hands in: everything that differs between one Node process and a Worker. These interfaces are
// declared here and import nothing, so that nothing below them can know in which runtime it is.

/** Headers of a response; names in lower case. */
export interface ResponseHeaders {
  get(name: string): string | null | undefined
  entries(): Iterable<[string, string]>
}

/** A request as it goes over the network, complete. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array> | undefined
  /** Aborted when the time is up or the caller has gone. */
  readonly signal: AbortSignal
}
/** A request whose response is read whole. */
export interface BufferedRequest extends HttpRequest {
  /** Bytes of the decompressed body that are read at most. */
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
 * Why there was no whole response. `unreachable`: the request was surely not sent; `reset`: it may have been, and no
 * response came.
 */
export type HttpFault = 'unreachable' | 'reset' | 'private-address' | 'timeout' | 'cut-short' | 'too-large'

/** Requests over the network, without following redirects: undici on Node, `fetch` at the edge. It never throws. */
export interface HttpSender {
  /** Reads the response whole. */
  send(request: BufferedRequest): Promise<{ readonly response: HttpResponse } | { readonly fault: HttpFault }>
  /** Passes the body on as it comes, still compressed where the other side compressed it. */
  stream(request: HttpRequest): Promise<{ readonly response: StreamedResponse } | { readonly fault: HttpFault }>
}

/** What SQLite and D1 both store. */
export type SqlValue = string | number | null | Uint8Array
export interface SqlStatement {
  readonly sql: string
  readonly args: readonly SqlValue[]
}
export type SqlRow = Record<string, SqlValue>

/**
 * Where rows are kept: SQLite in one process, or D1. The SQL is the same on both, so this is all that differs.
 * D1 knows no `BEGIN`: what must happen together is one batch.
 */
export interface SqlDriver {
  /**
   * Carries out all statements or none, in order; answers the rows of each. A batch of nothing but `SELECT`s may be
   * answered by a replica, which knows at least what this process wrote.
   */
  batch(statements: readonly SqlStatement[]): Promise<SqlRow[][]>
  /**
   * A number that changes when anybody else wrote, read without I/O. Without it (D1), what another isolate wrote is
   * seen when a cached entry grows old.
   */
  version?(): number
  /**
   * What is read belongs to the request that began it, as at the edge: when that one is cut off, whoever else awaits
   * the same promise waits for ever.
   */
  readonly bound?: true
  /** Whether every migration of this build has been applied. */
  ready(): Promise<boolean>
  close(): void
}

/** Milliseconds since 1970. */
export type Clock = () => number

/** All that an entry point hands in, beside the settings. */
export interface Services {
  readonly driver: SqlDriver
  readonly sender: HttpSender
  readonly now: Clock
  /** A static file by its path (`/openapi.json`), or undefined. */
  readonly asset: (path: string) => Promise<Response | undefined>
  /** Writes one line of the log. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}
