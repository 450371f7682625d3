import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const FOLDER = fileURLToPath(new URL('../clients/frontend/', import.meta.url))
export const isFrontendInstalled = existsSync(join(FOLDER, 'node_modules'))

/** The real browser client as one script, which puts what it exports onto `window`. Wrangler brings the bundler. */
export async function frontendBundle(): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'))
  const { build } = require('esbuild') as {
    build(options: object): Promise<{ outputFiles: readonly { readonly text: string }[] }>
  }
  const { outputFiles } = await build({ entryPoints: [join(FOLDER, 'client.js')], bundle: true, write: false })
  return outputFiles[0]?.text ?? ''
}

/** What came of a promise of the client. */
export type Outcome =
  | { connected: Record<string, unknown> }
  | { error: string; type?: string | undefined; message: string }
export interface FrontendCall {
  readonly method?: 'auth' | 'create' | 'reconnect' | undefined
  readonly key: string
  readonly token?: string | undefined
  readonly options?: object | undefined
}

/** Calls the client in a page that has its script, and waits for what comes of it. */
export const callFrontend = (page: Page, gateway: string, call: FrontendCall): Promise<Outcome> =>
  page.evaluate(
    async ([host, { method = 'auth', key, token, options }]) => {
      const { Nango, AuthError } = globalThis as unknown as {
        Nango: new (of: object) => Record<string, (key: string, options?: object) => Promise<Record<string, unknown>>>
        AuthError: new () => Error & { type: string }
      }
      try {
        return { connected: await new Nango({ host, connectSessionToken: token })[method]!(key, options) }
      } catch (error) {
        const { message } = error as Error
        return error instanceof AuthError
          ? { error: 'AuthError', type: error.type, message }
          : { error: (error as Error).constructor.name, message }
      }
    },
    [gateway, call] as const,
  )
