// Imitations of providers in their own dialects, for the demo and the tests.
import { Hono } from 'hono'
import { models } from '../src/models/index.ts'
import { byHand, type Endless } from './by-hand.ts'
import { type Dialect, dialectOf } from './faults/dialect.ts'
import { extraOf, filesOf, providers } from './stub/folder.ts'
import { createStub, ENDLESS } from './stub/index.ts'
import { answersOf, credentialsOf, type DemoCredentials } from './stub/sign-in.ts'

export interface Sandbox {
  readonly app: Hono
  /** Puts the records back as they were. */
  reset(): void
}
/** A provider's imitation, and a connection that reaches it. */
interface Entry {
  create(): Sandbox
  /** Credentials as `POST /connections` takes them; with a fault, every request meets it. */
  credentials(fault?: string): DemoCredentials
  /** Answers to the provider's questions. */
  readonly connection_config: Readonly<Record<string, string>>
  /** The models that it has, in the order of the reference. */
  readonly models: readonly string[]
  readonly dialect: Dialect & Endless
}

/** A stub is asked for a list without an end by a header. */
const endlessStub: Endless = {
  firstPage: (target, body, cursor) => ({ target, body, headers: { [ENDLESS]: cursor } }),
  name() {},
}

async function entryOf(id: string): Promise<[string, Entry]> {
  const files = filesOf(id)
  const extra = await extraOf(id)
  const own = byHand[id]
  const { firstPage, name } = own ?? endlessStub
  return [
    id,
    {
      create: own?.create ?? (() => createStub(files, { extra })),
      credentials: fault =>
        credentialsOf(files.provider, `sandbox-${id}-token${fault === undefined ? '' : `~${fault}`}`),
      connection_config: answersOf(files.provider, Object.values(files.models)),
      models: Object.keys(models).filter(model => model in files.models),
      dialect: { ...dialectOf(files), firstPage, name },
    },
  ]
}

/** Every provider that has a mapping: by hand where there is such an imitation, all others by the stub. */
export const sandboxes: Readonly<Record<string, Entry>> = Object.fromEntries(await Promise.all(providers.map(entryOf)))

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
