// The gateway as the Node entry point makes it, without its socket, with the action functions of this folder.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { files } from '../../mappings/index.ts'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import type { SqlDriver } from '../../src/services.ts'
import { type Answer, type Caller, callerOf, type Sending } from '../contract/caller.ts'
import { listen } from '../support/gateway.ts'
import { openApp } from '../support/opened.ts'
import { acmeFile, type Came, createAcme } from './acme.ts'

const FUNCTIONS = fileURLToPath(new URL('functions', import.meta.url))

/** The imitated provider as the catalogue takes it, with every function of the folder. */
export const acme: ProviderFiles = {
  provider: async () => ({ default: acmeFile }),
  models: {},
  actions: Object.fromEntries(
    readdirSync(FUNCTIONS).map(file => [
      file.replace(/\.ts$/, ''),
      () => import(/* @vite-ignore */ join(FUNCTIONS, file)),
    ]),
  ),
}

export interface ActionGateway extends Caller {
  /** Triggers a function of the folder on the connection `main`, or as `sending` says. */
  run(name: string, input?: unknown, sending?: Sending): Promise<Answer>
  /** Requests that the provider got since the last call of `came`. */
  came(): Came[]
  /** Paths whose caller went away before the answer. */
  readonly gone: readonly string[]
  /** Makes a connection of the imitated provider. */
  connectAcme(connection: string, sending?: Sending, more?: Readonly<Record<string, unknown>>): Promise<void>
  /** Where the imitated provider listens. */
  readonly acme: string
  /** The database's file. */
  readonly path: string
  /** Sends the webhooks that are due. */
  deliver(): Promise<void>
  close(): Promise<void>
}

/** Opens it with the integration `acme` and its connection `main`, and `crm` with a HubSpot behind it. `wrap` as in `openApp`. */
export async function openActions(wrap?: (driver: SqlDriver) => SqlDriver): Promise<ActionGateway> {
  const { app, config, path, deliver, close } = openApp({ ...files, acme }, undefined, { wrap })
  const provider = createAcme()
  const [acmeServer, crmServer] = [await listen(provider.app.fetch), await listen(createHubspot().app.fetch)]
  const caller = callerOf(() => ({
    sandbox: crmServer.url,
    scratch: crmServer.url,
    faults: '',
    closed: '',
    key: config.KOINE_SECRET_KEY,
    fetch: async (target, init) => app.request(target, init),
  }))
  const { call } = caller
  const made = async (request: string, sending: Sending): Promise<void> => {
    const answer = await call(request, sending)
    if (answer.status >= 300) throw new Error(`${request} answered ${answer.status}: ${answer.text}`)
  }
  await made('POST /integrations', {
    body: {
      provider: 'acme',
      unique_key: 'acme',
      integration_config: { base_url: acmeServer.url },
      credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'planted-client-secret' },
    },
  })
  const connectAcme: ActionGateway['connectAcme'] = (connection_id, sending = {}, more = {}) =>
    made('POST /connections', {
      ...sending,
      body: {
        provider_config_key: 'acme',
        connection_id,
        credentials: { type: 'API_KEY', apiKey: 'planted-api-key' },
        connection_config: { tenant: 'north' },
        ...more,
      },
    })
  await connectAcme('main')
  await caller.connect('crm', crmServer.url)
  return {
    ...caller,
    get entryPoint() {
      return caller.entryPoint
    },
    run: (action_name, input, sending) =>
      call('POST /action/trigger', {
        connection: 'main',
        ...sending,
        headers: { 'provider-config-key': 'acme', ...sending?.headers },
        body: { action_name, input },
      }),
    came: () => provider.came.splice(0),
    gone: provider.gone,
    connectAcme,
    acme: acmeServer.url,
    path,
    deliver,
    async close() {
      await acmeServer.close()
      await crmServer.close()
      await close()
    },
  }
}
