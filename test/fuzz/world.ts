// A whole Node gateway on a real socket with four sandbox providers behind it, and tenants to try things on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { createSalesforce } from '../../sandbox/salesforce/index.ts'
import { extraOf, filesOf } from '../../sandbox/stub/folder.ts'
import { createStub } from '../../sandbox/stub/index.ts'
import { configure, startGateway } from '../../src/node.ts'
import { settings } from '../contract/entry-point.ts'
import { listen } from '../support/gateway.ts'

const searches = await extraOf('pipedrive')
/** Each provider's imitation and the token that it lets in. */
export const providers = {
  attio: { create: () => createStub(filesOf('attio')), token: 'sandbox-attio-token' },
  hubspot: { create: createHubspot, token: 'sandbox-hubspot-token' },
  pipedrive: { create: () => createStub(filesOf('pipedrive'), { extra: searches }), token: 'sandbox-pipedrive-token' },
  salesforce: { create: createSalesforce, token: 'sandbox-salesforce-token' },
} as const
export type Provider = keyof typeof providers
export const names = Object.keys(providers) as Provider[]

export interface World {
  /** Where the gateway listens. */
  readonly url: string
  /** KOINE_SECRET_KEY, which may make and delete environments. */
  readonly root: string
  /** Where the sandbox of a provider listens: `${sandbox}/hubspot`. */
  readonly sandbox: string
  /** The directory of the database. */
  readonly directory: string
  /** Lines of the log so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[]
  /** Answers the JSON of an answer below 300; throws for any other. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  must(request: string, key: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<any>
  /** A new environment with an integration and a connection for each provider, named like it; answers its key. */
  tenant(name: string): Promise<{ id: string; key: string }>
  close(): Promise<void>
}

/** Starts all of it; `more` are settings beside those of the contract. */
export async function openWorld(more: Readonly<Record<string, string>> = {}): Promise<World> {
  const upstream = new Hono()
  for (const name of names) upstream.mount(`/${name}`, providers[name].create().app.fetch)
  const sandbox = await listen(upstream.fetch)
  const directory = mkdtempSync(join(tmpdir(), 'koine-world-'))
  const configured = configure({ ...settings, KOINE_RATE_LIMIT: '0', KOINE_DATA: directory, PORT: '0', ...more })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  const log: Readonly<Record<string, unknown>>[] = []
  const gateway = await startGateway(configured.config, entry => log.push(entry))

  const must: World['must'] = async (request, key, body, headers) => {
    const [method = '', path = ''] = request.split(/ (.*)/s)
    const answer = await fetch(gateway.url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${request} answered ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const root = settings.KOINE_SECRET_KEY
  return {
    url: gateway.url,
    root,
    sandbox: sandbox.url,
    directory,
    log,
    must,
    async tenant(name) {
      const { data } = await must('POST /environments', root, { name })
      const { key } = data.api_key
      for (const provider of names) {
        const integration_config = { base_url: `${sandbox.url}/${provider}` }
        await must('POST /integrations', key, { provider, unique_key: provider, integration_config })
        const credentials = { type: 'OAUTH2', access_token: providers[provider].token }
        await must('POST /connections', key, { provider_config_key: provider, connection_id: provider, credentials })
      }
      return { id: data.id, key }
    },
    async close() {
      await gateway.close()
      await sandbox.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
