// vitest's global setup of the project `worker`: servers cannot be started inside workerd.
import type { TestProject } from 'vitest/node'
import type { Upstream } from './entry-point.ts'
import { startUpstream } from './upstream.ts'

declare module 'vitest' {
  interface ProvidedContext {
    upstream: Upstream
  }
}

/** Starts the servers, tells the tests where they are, and answers how they are stopped. */
export default async function outside({ provide }: TestProject): Promise<() => Promise<void>> {
  const { upstream, close } = await startUpstream()
  provide('upstream', upstream)
  return close
}
