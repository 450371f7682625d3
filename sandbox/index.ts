// Imitations of providers in their own dialects, for the demo and the tests.
import { Hono } from 'hono'
import { createAttio } from './attio/index.ts'
import { createHubspot } from './hubspot/index.ts'
import { createPipedrive } from './pipedrive/index.ts'
import { createSalesforce } from './salesforce/index.ts'

export interface Sandbox {
  readonly app: Hono
  /** Puts the records back as they were. */
  reset(): void
}
/** A provider's imitation, and a connection that reaches it. */
interface Entry {
  readonly create: () => Sandbox
  /** Credentials as `POST /connections` takes them. */
  readonly credentials: { readonly type: 'OAUTH2'; readonly access_token: string }
}
const signedIn = (access_token: string): Entry['credentials'] => ({ type: 'OAUTH2', access_token })

/** Every provider that has an imitation. */
export const sandboxes: Readonly<Record<string, Entry>> = {
  hubspot: { create: createHubspot, credentials: signedIn('sandbox-hubspot-token') },
  salesforce: { create: createSalesforce, credentials: signedIn('sandbox-salesforce-token') },
  pipedrive: { create: createPipedrive, credentials: signedIn('sandbox-pipedrive-token') },
  attio: { create: createAttio, credentials: signedIn('sandbox-attio-token') },
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
