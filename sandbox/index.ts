// Imitations of providers in their own dialects, for the demo and the tests.
import { Hono } from 'hono'
import { createHubspot } from './hubspot/index.ts'

export interface Sandbox {
  readonly app: Hono
  /** Puts the records back as they were. */
  reset(): void
}
/** A provider's imitation, and a connection that reaches it. */
interface Entry {
  readonly create: () => Sandbox
  /** Credentials as `POST /connections` takes them. */
  readonly credentials: Readonly<Record<string, string>>
}

/** Every provider that has an imitation. */
export const sandboxes: Readonly<Record<string, Entry>> = {
  hubspot: { create: createHubspot, credentials: { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' } },
}

/** All of them behind one address: `/hubspot/…` is HubSpot. */
export function createSandbox(): Sandbox {
  const app = new Hono()
  const all = Object.entries(sandboxes).map(([name, { create }]) => ({ name, sandbox: create() }))
  for (const { name, sandbox } of all) app.mount(`/${name}`, sandbox.app.fetch)
  return {
    app,
    reset() {
      for (const { sandbox } of all) sandbox.reset()
    },
  }
}
