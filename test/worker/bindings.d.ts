/// <reference path="../../src/edge/cloudflare.d.ts" />
// What tests use of the runtime's own module; the plugin provides it.
declare module 'cloudflare:workers' {
  interface Prepared {
    bind(...values: unknown[]): Prepared
    run(): Promise<unknown>
    all<Row>(): Promise<{ results: Row[] }>
  }
  type D1 = import('../../src/store/d1.ts').D1 & { prepare(text: string): Prepared }
  /** The bindings of wrangler.toml and of the project `worker` in vitest.config.ts. */
  export const env: Record<keyof typeof import('../contract/entry-point.ts').settings, string> & {
    readonly DB: D1
    readonly TOKEN_REFRESHER: import('../../src/edge/bindings.ts').Bindings['TOKEN_REFRESHER']
    readonly RUN_QUEUE: import('../../src/edge/bindings.ts').Bindings['RUN_QUEUE']
    readonly SIGN_IN_SOCKETS: import('../../src/edge/bindings.ts').Bindings['SIGN_IN_SOCKETS']
    readonly PACE: import('../../src/edge/bindings.ts').Bindings['PACE']
    readonly WEBHOOKS: import('../../src/edge/webhook-alarm.ts').AlarmBinding
    readonly RUN_QUEUE: import('../../src/edge/bindings.ts').Bindings['RUN_QUEUE']
    readonly ASSETS: { fetch(request: Request | string): Promise<Response> }
    readonly TEST_MIGRATIONS: { name: string; queries: string[] }[]
  }
  /** The Worker under test. */
  export const exports: { readonly default: { fetch(url: string, init?: RequestInit): Promise<Response> } }
}

// D1 as the plugin names it, in place of the runtime's own 500 kB of types.
declare interface D1Database extends Pick<import('../../src/store/d1.ts').D1, 'withSession'> {}
