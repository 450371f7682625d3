// What the entry point at the edge uses of workerd's own module.
declare module 'cloudflare:workers' {
  /** A socket that stays open while its object is out of memory. */
  export interface HibernatingSocket {
    send(text: string): void
    close(code: number): void
    /** Keeps a value with the socket. */
    serializeAttachment(value: unknown): void
    deserializeAttachment(): unknown
  }
  /** What an object is handed of the runtime. */
  export interface DurableObjectContext {
    /** Keeps the object alive until the promise settles, whether or not a caller still waits. */
    waitUntil(promise: Promise<unknown>): void
    acceptWebSocket(socket: HibernatingSocket): void
    /** The sockets that are open. */
    getWebSockets(): HibernatingSocket[]
    readonly storage: {
      readonly sql: {
        exec(text: string, ...args: unknown[]): { toArray(): Record<string, string | number | null | Uint8Array>[] }
      }
      transactionSync<T>(act: () => T): T
      getAlarm(): Promise<number | null>
      setAlarm(at: number): Promise<void>
      /** Erases everything, the alarm as well, so that nothing is left of the object. */
      deleteAll(): Promise<void>
    }
  }
  export abstract class DurableObject<Bindings = unknown> {
    protected readonly ctx: DurableObjectContext
    protected readonly env: Bindings
    constructor(ctx: DurableObjectContext, env: Bindings)
  }
}
