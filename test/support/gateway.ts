// One provider's mappings in a whole gateway, over a server that imitates the provider.
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { openCatalogue, type ProviderFiles } from '../../src/mapping/catalogue.ts'
import { filesOf, readFolder } from '../../src/mapping/check/folder.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import type { RecordServices } from '../../src/records/resolve.ts'
import { openApp } from './opened.ts'

const MAPPINGS = fileURLToPath(new URL('../../mappings', import.meta.url))

/** A provider's folder as the catalogue takes it, also of one that `mappings/index.ts` does not name yet. */
function readFiles(provider: string): ProviderFiles {
  const { folder, faults } = readFolder(MAPPINGS, provider)
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  return filesOf(MAPPINGS, folder)
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  readonly body: any
}
export interface ProviderGateway {
  /** `call('PATCH /contacts/1', { title: null })` */
  call(request: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** All records of a list, page by page; a page that is refused, or a list that does not end, fails the test. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into records
  walk(path: string): Promise<any[]>
  /** What records are read and written with, for what is called without a route. */
  readonly records: RecordServices
  close(): Promise<void>
}
export interface ProviderSetup {
  readonly provider: string
  /** Where the provider's imitation listens. */
  readonly address: string
  readonly credentials: Readonly<Record<string, string>>
  /** The provider's files, if they are not those of its folder in `mappings/`. */
  readonly files?: ProviderFiles
  /** Answers to the provider's questions. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Metadata of the connection: `{ field_mappings: { contacts: { 'custom_fields.tier': 'Tier__c' } } }`. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Bytes that the environment may keep. */
  readonly quota?: number
}

/** More pages than any list of the sandbox has. */
const ENDLESS = 400

/** The gateway as the Node entry point makes it, without its socket, and one connection made over its own routes. */
export async function openProvider({ provider, address, ...connection }: ProviderSetup): Promise<ProviderGateway> {
  const { app, config, records, close } = openApp({ [provider]: connection.files ?? readFiles(provider) }, undefined, {
    more: { KOINE_ENVIRONMENT_QUOTA: String(connection.quota ?? 0) },
  })
  const call: ProviderGateway['call'] = async (request, body, headers) => {
    const [method = '', target = ''] = request.split(/ (.*)/s)
    const answer = await app.request(target, {
      method,
      headers: {
        authorization: `Bearer ${config.KOINE_SECRET_KEY}`,
        'connection-id': 'test',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  const must = async (request: string, body?: unknown): Promise<Answer> => {
    const answer = await call(request, body)
    if (answer.status >= 300) throw new Error(`${request} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer
  }
  const integration_config = { base_url: address }
  await must('POST /integrations', { provider, unique_key: provider, integration_config })
  // What imitates a provider here knows no more of it than its test needs.
  await must('POST /connections?verify=false', {
    provider_config_key: provider,
    connection_id: 'test',
    credentials: connection.credentials,
    ...(connection.config && { connection_config: connection.config }),
    ...(connection.metadata && { metadata: connection.metadata }),
  })
  return {
    call,
    async walk(path) {
      const found: unknown[] = []
      let cursor: string | null = null
      for (let page = 0; page === 0 || cursor !== null; page++) {
        if (page === ENDLESS) throw new Error(`${path} does not end`)
        const next: string = cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${cursor}`
        const { body }: Answer = await must(`GET ${path}${next}`)
        found.push(...body.data)
        cursor = body.next_cursor
      }
      return found
    },
    records,
    close,
  }
}

/** A model's mapping, compiled, for checks that send nothing. */
export async function mappingOf(provider: string, model: string): Promise<Mapping> {
  const mapping = await openCatalogue({ [provider]: readFiles(provider) }, Date.now).mapping(provider, model)
  if (!mapping) throw new Error(`no mapping ${provider}/${model}`)
  return mapping
}

/** Serves a handler on 127.0.0.1, on any free port. */
export async function listen(
  handler: (request: Request) => Response | Promise<Response>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve({ fetch: handler, hostname: '127.0.0.1', port: 0 }, () => resolve(listening))
    listening.once('error', reject)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
