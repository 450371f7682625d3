// The gateway as the Node entry point makes it, on a socket of its own, with whichever mappings a test hands it.
import { DatabaseSync } from 'node:sqlite'
import { files } from '../../mappings/index.ts'
import type { Files } from '../../src/mapping/catalogue.ts'
import { type Answer, type Caller, callerOf, type Sending } from '../contract/caller.ts'
import { listen } from '../support/gateway.ts'
import { openApp } from '../support/opened.ts'

/** What a call names besides its path. */
export interface Naming extends Sending {
  /** `Provider-Config-Key` */
  readonly integration?: string
}
export interface BackendGateway extends Pick<Caller, 'tenant' | 'keyWith'> {
  readonly url: string
  /** KOINE_SECRET_KEY. */
  readonly key: string
  call(request: string, naming?: Naming): Promise<Answer>
  /** The same, which must succeed. */
  must(request: string, naming?: Naming): Promise<Answer>
  /** Makes an integration with a backend. */
  integrate(unique_key: string, backend: object, sending?: Naming & { provider?: string }): Promise<void>
  /** Every line of the log, and every row of every table, as text. */
  everything(): string
  close(): Promise<void>
}

/** Opens it on a free port. */
export async function openGateway(catalogue: Files = files): Promise<BackendGateway> {
  const lines: string[] = []
  const { app, config, path, close } = openApp(catalogue, entry => lines.push(JSON.stringify(entry)))
  const server = await listen(app.fetch)
  const caller = callerOf(() => ({
    sandbox: '',
    scratch: '',
    faults: '',
    closed: '',
    key: config.KOINE_SECRET_KEY,
    fetch: (target, init) => fetch(server.url + target, init),
  }))
  const call: BackendGateway['call'] = (request, { integration, headers, ...sending } = {}) =>
    caller.call(request, {
      ...sending,
      headers: { ...(integration !== undefined && { 'provider-config-key': integration }), ...headers },
    })
  const must: BackendGateway['must'] = async (request, naming) => {
    const answer = await call(request, naming)
    if (answer.status >= 300) throw new Error(`${request} answered ${answer.status}: ${answer.text}`)
    return answer
  }
  return {
    url: server.url,
    key: config.KOINE_SECRET_KEY,
    tenant: () => caller.tenant(),
    keyWith: (...scopes) => caller.keyWith(...scopes),
    call,
    must,
    async integrate(unique_key, backend, { provider = 'hubspot', ...sending } = {}) {
      await must('POST /integrations', { ...sending, body: { provider, unique_key, backend } })
    },
    everything() {
      const database = new DatabaseSync(path, { readOnly: true })
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
      const rows = tables.map(({ name }) => JSON.stringify(database.prepare(`SELECT * FROM "${name}"`).all()))
      database.close()
      return [...lines, ...rows].join('\n')
    },
    async close() {
      await server.close()
      await close()
    },
  }
}
