// A gateway whose runs call an imitated provider, which does as each test says.
import { createAction } from 'nango'
import { z } from 'zod'
import { files } from '../../mappings/index.ts'
import type { ProviderFiles } from '../../src/mapping/catalogue.ts'
import type { SqlDriver } from '../../src/services.ts'
import { acmeFile } from '../actions/acme.ts'
import { type Answer, type Caller, callerOf } from '../contract/caller.ts'
import { listen } from '../support/gateway.ts'
import { openApp } from '../support/opened.ts'

/** Milliseconds in which a run has ended that has nothing to wait for. */
const SOON = 15_000

const actions = {
  say: createAction({
    description: 'Answers what it was given.',
    auth: 'none',
    input: z.unknown(),
    output: z.unknown(),
    exec: (_, input) => input,
  }),
  measure: createAction({
    description: 'Answers how long a text is.',
    auth: 'none',
    input: z.string(),
    output: z.number(),
    exec: (_, text) => text.length,
  }),
  throw: createAction({
    description: 'Throws something that is no error and cannot be looked at.',
    auth: 'none',
    input: z.unknown(),
    output: z.unknown(),
    exec: () => {
      const fail = () => {
        throw new Error('not this one')
      }
      throw new Proxy({}, { get: fail, getPrototypeOf: fail })
    },
  }),
  fail: createAction({
    description: 'Fails always.',
    auth: 'none',
    input: z.unknown(),
    output: z.unknown(),
    exec: () => {
      throw new Error('The warehouse is closed.')
    },
  }),
  hang: createAction({
    description: 'Never ends.',
    auth: 'none',
    input: z.unknown(),
    output: z.unknown(),
    timeout: 0.2,
    exec: () => new Promise(() => {}),
  }),
}
const acme: ProviderFiles = {
  provider: async () => ({ default: acmeFile }),
  models: {},
  actions: Object.fromEntries(Object.entries(actions).map(([name, made]) => [name, async () => ({ default: made })])),
}

export interface RunGateway extends Caller {
  /** The database's file. */
  readonly path: string
  /** Accepts a run of an action of HubSpot for a connection; answers its id. */
  later(connection: string, action: string, input: unknown, retries?: number): Promise<string>
  /** Accepts a run of a function above, which needs no connection: all of them are one queue. */
  laterAcme(action: keyof typeof actions, input?: unknown, retries?: number): Promise<string>
  /** How a run stands once it has ended. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers
  ended(id: string): Promise<any>
  /** Makes a connection to the provider. */
  people(connection: string): Promise<void>
  close(): Promise<void>
}

interface Options {
  /** How the provider answers. */
  readonly answer?: (request: Request) => Response | Promise<Response>
  readonly wrap?: (driver: SqlDriver) => SqlDriver
}

/** A contact as HubSpot has it. */
export const contact = (id: string): Response =>
  Response.json({
    id,
    properties: { firstname: id },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  })
/** The id that a request asks for. */
export const idIn = (request: Request): string => new URL(request.url).pathname.split('/').at(-1) ?? ''

/** Opens it, with an integration of the provider, and of the functions. */
export async function openRuns({
  answer = request => contact(idIn(request)),
  wrap,
}: Options = {}): Promise<RunGateway> {
  const provider = await listen(answer)
  const { app, config, path, close } = openApp({ ...files, acme }, undefined, {
    wrap,
    more: { KOINE_BODY_LIMIT: '8000000' },
  })
  const caller = callerOf(() => ({
    sandbox: provider.url,
    scratch: provider.url,
    faults: '',
    closed: '',
    key: config.KOINE_SECRET_KEY,
    fetch: async (target, init) => app.request(target, init),
  }))
  const { call } = caller
  const must = async (request: string, body: unknown): Promise<void> => {
    const made = await call(request, { body })
    if (made.status >= 300) throw new Error(`${request} answered ${made.status}: ${made.text}`)
  }
  await must('POST /integrations', {
    provider: 'hubspot',
    unique_key: 'people',
    integration_config: { base_url: provider.url },
  })
  await must('POST /integrations', {
    provider: 'acme',
    unique_key: 'acme',
    credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret' },
  })
  const accepted = ({ status, text, body }: Answer): string => {
    if (status !== 202) throw new Error(`A run was answered ${status}: ${text}`)
    return body.id
  }
  const headersOf = (retries: number) => ({ 'x-async': 'true', 'x-max-retries': String(retries) })
  return {
    ...caller,
    get entryPoint() {
      return caller.entryPoint
    },
    path,
    later: async (connection, action_name, input, retries = 0) =>
      accepted(
        await call('POST /action/trigger', { connection, headers: headersOf(retries), body: { action_name, input } }),
      ),
    laterAcme: async (action_name, input = null, retries = 0) =>
      accepted(
        await call('POST /action/trigger', {
          headers: { ...headersOf(retries), 'provider-config-key': 'acme' },
          body: { action_name, input },
        }),
      ),
    async ended(id) {
      for (const until = Date.now() + SOON; ; ) {
        const { body } = await call(`GET /runs/${id}`)
        if (body.ended_at !== null) return body
        if (Date.now() > until) throw new Error(`A run did not end: ${JSON.stringify(body)}`)
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    },
    people: connection_id =>
      must('POST /connections?verify=false', {
        provider_config_key: 'people',
        connection_id,
        credentials: { type: 'OAUTH2', access_token: connection_id },
      }),
    async close() {
      await close()
      await provider.close()
    },
  }
}
