// What the tests use of the package, which has no types of its own.
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  interface Context {
    readonly path: string
    readonly oidc?: { readonly params?: Record<string, unknown> }
  }
  export type Configuration = Readonly<Record<string, unknown>>
  export default class Provider {
    constructor(issuer: string, configuration: Configuration)
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void
    callback(): RequestListener
  }
}
