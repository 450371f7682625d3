import { fileURLToPath } from 'node:url'
import { createTestHarness } from 'wrangler'
import type { EntryPoint } from '../contract/entry-point.ts'
import { passFailuresOn } from './outbound.ts'

const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))

/** Builds the Worker as it is deployed and runs it with a D1 of its own, migrated; `url` is where it listens. */
export async function startBundle(
  settings: Readonly<Record<string, string>>,
): Promise<Pick<EntryPoint, 'fetch'> & { readonly url: string; close(): Promise<void> }> {
  const harness = createTestHarness({ workers: [{ configPath: CONFIG, secrets: { ...settings } }] })
  const restoreFetch = passFailuresOn()
  const { url } = await harness.listen()
  await harness.getWorker().applyD1Migrations('DB')
  return {
    url: url.origin,
    // The caller is to see redirections of the gateway. The types of the two runtimes differ, though not in what is used.
    fetch: (path, init) =>
      harness.fetch(path, { ...init, redirect: 'manual' } as never) as unknown as Promise<Response>,
    async close() {
      restoreFetch()
      await harness.close()
    },
  }
}
