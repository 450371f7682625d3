// What an app does with the client of the documented action API, unchanged: `node client.ts <address> <key> <provider>`,
// where the last is the address of a HubSpot. Prints one line of JSON a step.
import { Nango } from '@nangohq/node'
import type { AxiosError } from 'axios'

declare function setTimeout(act: (value: unknown) => void, ms: number): unknown
declare const process: { readonly argv: readonly string[] }

const [, , host = '', secretKey = '', provider = ''] = process.argv
/** Methods of the client that were called, each by its name. */
const called = new Set<string>()
const nango = new Proxy(new Nango({ host: `${host}/`, secretKey }), {
  get(client, name) {
    called.add(String(name))
    const value: unknown = Reflect.get(client, name, client)
    return typeof value === 'function' ? value.bind(client) : value
  },
})
const crm = 'client-crm'

/** Does a step and prints what it told. */
async function step(name: string, act: () => Promise<unknown>): Promise<void> {
  console.log(JSON.stringify({ step: name, told: (await act()) ?? null }))
}

/** What the client makes of a failure: the status, and the members of the body that apps read. */
async function failure(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act()
  } catch (error) {
    const { response } = error as AxiosError<{ error: { code: string; message: string; errors?: unknown } }>
    if (!response) throw error
    const { code, message, errors } = response.data.error
    return { status: response.status, code, message, ...(errors !== undefined && { errors }) }
  }
  throw new Error('A failure was expected.')
}

/** What the client has no method for. */
async function send(method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' }
  const answer = await fetch(host + path, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
}

/** A connection's facts but for what differs from run to run. */
const ids = ({ connections }: { connections: { connection_id: string }[] }) =>
  connections.map(({ connection_id }) => connection_id)

await step('createIntegration', async () => {
  const { data } = await nango.createIntegration({
    provider: 'hubspot',
    unique_key: crm,
    display_name: 'CRM',
    credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret', scopes: 'oauth,contacts' },
    integration_config: { base_url: provider, token_url: `${provider}/nobody-gives-tokens` },
  })
  const { unique_key, provider: made, display_name, logo, forward_webhooks } = data
  return { unique_key, provider: made, display_name, logo, forward_webhooks }
})
await step('listIntegrations', async () =>
  (await nango.listIntegrations()).configs.filter(({ unique_key }) => unique_key === crm).length,
)
await step('getIntegration', async () => {
  const { data } = await nango.getIntegration({ uniqueKey: crm }, { include: ['credentials'] })
  const { data: plain } = await nango.getIntegration({ uniqueKey: crm }, { include: ['webhook'] })
  return { credentials: data.credentials, webhook: plain.webhook_url, hidden: plain.credentials }
})
await step('updateIntegration', async () => {
  const { data } = await nango.updateIntegration({ uniqueKey: crm }, { display_name: 'CRM of our customers' })
  return data.display_name
})

for (const [connection_id, plan] of [
  ['customer-1', 'gold'],
  ['customer-2', 'silver'],
] as const)
  await send('POST', '/connections', {
    provider_config_key: crm,
    connection_id,
    credentials: { type: 'OAUTH2', access_token: 'sandbox-hubspot-token', refresh_token: 'refresh' },
    tags: { plan },
    end_user: { id: `user-of-${connection_id}`, email: `${plan}@people.example` },
  })

await step('listConnections', async () => ({
  byTags: ids(await nango.listConnections({ integrationId: [crm, 'another'], tags: { Plan: 'gold' } })),
  byUser: ids(await nango.listConnections({ userId: 'user-of-customer-2', integrationId: crm })),
  page: ids(await nango.listConnections(undefined, undefined, { limit: 1, page: 1 })),
  byId: ids(await nango.listConnections('customer-1')),
  bySearch: ids(await nango.listConnections(undefined, 'silver@', { limit: 10 })),
  byOldUser: ids(await nango.listConnections(undefined, undefined, { endUserId: 'user-of-customer-1' })),
}))
await step('getConnection', async () => {
  const one = await nango.getConnection(crm, 'customer-1')
  const withRefresh = await nango.getConnection(crm, 'customer-1', false, true)
  const { connection_id, provider_config_key, provider: of, credentials, end_user, tags, errors } = one
  return {
    connection_id,
    provider_config_key,
    provider: of,
    credentials,
    user: end_user?.email,
    tags,
    errors,
    refresh: withRefresh.credentials,
  }
})
await step('getToken', () => nango.getToken(crm, 'customer-1'))
await step('getRawTokenResponse', () => nango.getRawTokenResponse(crm, 'customer-1'))
await step('patchConnection', async () => {
  const answer = await nango.patchConnection(
    { connectionId: 'customer-1', provider_config_key: crm },
    { tags: { plan: 'platinum' } },
  )
  return { answer, tags: (await nango.getConnection(crm, 'customer-1')).tags }
})
await step('metadata', async () => {
  const before = await nango.getMetadata(crm, 'customer-1')
  const set = await nango.setMetadata(crm, ['customer-1', 'customer-2'], { team: 'north', size: { seats: 3 } })
  const updated = await nango.updateMetadata(crm, 'customer-1', { size: { seats: 4 } })
  return {
    before,
    set: [set.status, set.data],
    updated: [updated.status, updated.data],
    one: await nango.getMetadata(crm, 'customer-1'),
    two: await nango.getMetadata(crm, 'customer-2'),
  }
})
await send('PUT', '/environment-variables/REGION', { value: 'eu' })
await step('getEnvironmentVariables', () => nango.getEnvironmentVariables())

interface Contact {
  data: { id: string; name: string; title?: string }
}
await step('triggerAction', async () => {
  const list = await nango.triggerAction<object, { data: unknown[] }>(crm, 'customer-1', 'list-contacts', {
    limit: 2,
    fields: ['name'],
  })
  const all = await nango.triggerAction<undefined, { data: unknown[] }>(crm, 'customer-1', 'list-contacts')
  const names = { first_name: 'Kay', last_name: 'McNulty' }
  const { data: made } = await nango.triggerAction<object, Contact>(crm, 'customer-1', 'create-contact', names)
  const change = { id: made.id, title: 'Programmer' }
  const { data: changed } = await nango.triggerAction<object, Contact>(crm, 'customer-1', 'update-contact', change)
  const gone = await nango.triggerAction<object, unknown>(crm, 'customer-1', 'delete-contact', { id: made.id })
  return { list: list.data, all: all.data.length, made: made.name, changed: changed.title, gone }
})

/** Asks for the result of a run until there is one, as the documented action API has it: 404 while it has not ended. */
async function result<Output>(run: { id: string } | { statusUrl: string }): Promise<Output> {
  for (;;) {
    try {
      return (await nango.getAsyncActionResult(run)) as Output
    } catch (error) {
      if ((error as AxiosError).response?.status !== 404) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}
await step('asynchronous', async () => {
  const later = (action: string, input?: unknown) => nango.triggerActionAsync(crm, 'customer-1', action, input)
  // Runs of a connection are carried out in their order.
  const made = await later('create-contact', { first_name: 'Betty', last_name: 'Holberton' })
  const list = await later('list-contacts', { limit: 2, fields: ['name'] })
  const { data } = await result<Contact>({ id: made.id })
  const gone = await later('delete-contact', { id: data.id })
  const failed = await later('get-contact', { id: '404404' })
  return {
    accepted: Object.keys(made).sort(),
    isPath: made.statusUrl === `/action/${made.id}`,
    byId: data.name,
    byUrl: (await result<{ data: unknown[] }>({ statusUrl: list.statusUrl })).data,
    again: (await result<Contact>({ statusUrl: made.statusUrl })).data.name,
    gone: await result({ statusUrl: gone.statusUrl }),
    failed: await failure(() => result({ statusUrl: failed.statusUrl })),
    nobody: await failure(() => nango.getAsyncActionResult({ id: '0f9e0c1e-0c9a-4f5b-b5a4-6f6f0c8d7a11' })),
    refused: await failure(() => later('get-contact', { id: 7 })),
  }
})

const at = { providerConfigKey: crm, connectionId: 'customer-1' }
const contacts = '/crm/v3/objects/contacts'
interface Theirs {
  id: string
  properties: Record<string, string>
  results: { id: string }[]
}
await step('proxy', async () => {
  const { data } = await nango.proxy<Theirs>({ ...at, endpoint: `${contacts}/1001`, params: { properties: 'jobtitle' } })
  const list = await nango.get<Theirs>({
    ...at,
    endpoint: contacts,
    params: 'limit=1',
    retries: 2,
    retryOn: [404, 409],
    decompress: true,
    headers: { 'X-Own': '1' },
  })
  const made = await nango.post<Theirs>({ ...at, endpoint: contacts, data: { properties: { lastname: 'Snyder' } } })
  const path = `${contacts}/${made.data.id}`
  const changed = await nango.patch<Theirs>({ ...at, endpoint: path, data: { properties: { lastname: 'Holberton' } } })
  const linked = await nango.put<unknown>({
    ...at,
    endpoint: `/crm/v4/objects/contacts/${made.data.id}/associations/companies/9001`,
    data: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }],
  })
  const gone = await nango.delete<unknown>({ ...at, endpoint: path })
  return {
    title: data.properties.jobtitle,
    list: [list.status, list.data.results.length, list.headers['x-hubspot-ratelimit-max']],
    made: [made.status, made.data.properties.lastname],
    changed: [changed.status, changed.data.properties.lastname],
    linked: linked.status,
    gone: [gone.status, gone.data],
  }
})
await step('proxyFailure', async () => {
  try {
    await nango.get({ ...at, endpoint: `${contacts}/404404` })
    return 'no failure'
  } catch (error) {
    const { response } = error as AxiosError<{ category: string }>
    return [response?.status, response?.data.category]
  }
})

await step('getScriptsConfig', async () => {
  const config = (await nango.getScriptsConfig()) as { providerConfigKey: string; actions: { name: string }[] }[]
  const own = config.find(({ providerConfigKey }) => providerConfigKey === crm)
  const tools = (await nango.getScriptsConfig('openai')) as unknown as { data: { name: string }[] }
  const hasList = (list: { name: string }[] | undefined) => list?.some(({ name }) => name === 'list-contacts')
  return [hasList(own?.actions), hasList(tools.data)]
})
await step('listFunctions', async () => {
  const { data, pagination } = await nango.listFunctions({ uniqueKey: crm }, { type: 'action', search: 'LIST-DEAL', limit: 2 })
  const { data: one } = await nango.getFunction({ uniqueKey: crm, name: 'get-deal' })
  return { names: data.map(({ name }) => name), pagination, one: [one.name, one.type] }
})
await step('listProviders', async () => {
  const { data } = await nango.listProviders({ search: 'hubspot' })
  return data.map(({ name, display_name }) => [name, display_name])
})
await step('getProvider', async () => {
  const { data } = await nango.getProvider({ provider: 'hubspot' })
  const { name, auth_mode, proxy, logo_url } = data
  return { name, auth_mode, base: proxy?.base_url, logo_url }
})

await step('connectSessions', async () => {
  const { data } = await nango.createConnectSession({
    end_user: { id: 'user-of-customer-1', email: 'gold@people.example', display_name: 'Gold', tags: { team: 'north' } },
    organization: { id: 'org-1', display_name: 'Example' },
    allowed_integrations: [crm],
    integrations_config_defaults: { [crm]: { user_scopes: 'a', authorization_params: { prompt: 'consent' } } },
    overrides: { [crm]: { docs_connect: 'https://help.example.com' } },
    tags: { plan: 'gold' },
  })
  const again = await nango.createReconnectSession({ connection_id: 'customer-1', integration_id: crm })
  const about = async (token: string) => {
    const answer = await fetch(`${host}/connect/session`, { headers: { authorization: `Bearer ${token}` } })
    const { data } = (await answer.json()) as { data: { endUser: { id: string }; isReconnecting: boolean } }
    return [answer.status, data.endUser.id, data.isReconnecting]
  }
  const lasts = Math.round((Date.parse(data.expires_at) - Date.now()) / 60_000)
  return {
    lasts,
    token: data.token.replace(/[0-9a-f]{64}$/, '…'),
    link: data.connect_link.endsWith(`/connect/${data.token}`),
    one: await about(data.token),
    again: await about(again.data.token),
  }
})
await step('connectSessionFailures', async () => ({
  nobody: await failure(() => nango.createConnectSession(JSON.parse('{}'))),
  integration: await failure(() =>
    nango.createConnectSession({ end_user: { id: 'u' }, allowed_integrations: ['nothing'] }),
  ),
  connection: await failure(() => nango.createReconnectSession({ connection_id: 'nobody', integration_id: crm })),
}))
await step('waitForConnection', async () => {
  const { connection_id, provider_config_key } = await nango.waitForConnection(crm, 'user-of-customer-2')
  return [connection_id, provider_config_key]
})
await step('getProviderTemplates', async () => (await nango.getProviderTemplates({ provider: 'hubspot' })).data)
await step('syncStatus', () => nango.syncStatus(crm, '*', 'customer-1'))
const ofSync = { provider_config_key: crm, connection_id: 'customer-1', name: 'contacts', variant: 'eu' }
const ofRecords = { ...at, model: 'Contact' }
await step('notOffered', async () => ({
  triggerSync: await failure(() => nango.triggerSync(crm, ['contacts'], 'customer-1')),
  startSync: await failure(() => nango.startSync(crm, ['contacts'], 'customer-1')),
  pauseSync: await failure(() => nango.pauseSync(crm, ['contacts'], 'customer-1')),
  updateSyncConnectionFrequency: await failure(() =>
    nango.updateSyncConnectionFrequency(crm, 'contacts', 'customer-1', '1h'),
  ),
  createSyncVariant: await failure(() => nango.createSyncVariant(ofSync)),
  deleteSyncVariant: await failure(() => nango.deleteSyncVariant(ofSync)),
  listRecords: await failure(() => nango.listRecords(ofRecords)),
  pruneRecords: await failure(() => nango.pruneRecords({ ...ofRecords, untilCursor: 'x' })),
  createQuickstartIntegration: await failure(() =>
    nango.createQuickstartIntegration({ provider: 'hubspot', unique_key: 'quick' }),
  ),
  getFunctionCode: await failure(() => nango.getFunctionCode({ uniqueKey: crm, name: 'get-deal' })),
  deleteFunction: await failure(() => nango.deleteFunction({ uniqueKey: crm, name: 'get-deal' }, { type: 'action' })),
}))

await step('failures', async () => ({
  connection: await failure(() => nango.getConnection(crm, 'nobody')),
  integration: await failure(() => nango.getIntegration({ uniqueKey: 'nothing' })),
  provider: await failure(() => nango.getProvider({ provider: 'nothing' })),
  taken: await failure(() => nango.createIntegration({ provider: 'hubspot', unique_key: crm })),
  noConnection: await failure(() => nango.triggerAction(crm, 'nobody', 'list-contacts')),
  noAction: await failure(() => nango.triggerAction(crm, 'customer-1', 'no-such-action')),
  input: await failure(() => nango.triggerAction(crm, 'customer-1', 'get-contact', { id: 7 })),
  record: await failure(() => nango.triggerAction(crm, 'customer-1', 'get-contact', { id: '404404' })),
  key: await failure(() => new Nango({ host, secretKey: 'wrong' }).listConnections()),
  override: await failure(() => nango.get({ ...at, endpoint: contacts, baseUrlOverride: 'https://evil.example' })),
  metadata: await failure(() => nango.setMetadata(crm, 'nobody', {})),
  refresh: await failure(() => nango.getConnection(crm, 'customer-1', true)),
}))

await step('deleteConnection', async () => {
  const { status, data } = await nango.deleteConnection(crm, 'customer-2')
  return { status, data, left: ids(await nango.listConnections({ integrationId: crm })) }
})
await step('deleteIntegration', async () => {
  const { status, data } = await nango.deleteIntegration(crm)
  return { status, data, left: ids(await nango.listConnections({ integrationId: crm })) }
})

/** Methods that send nothing. */
const LOCAL = [
  'constructor',
  'verifyWebhookSignature',
  'verifyIncomingWebhookRequest',
  'enrichHeaders',
  '_triggerAction',
  '_verifyWebhookSignatureImpl',
  'getConnectionDetails',
]
await step('neverCalled', async () =>
  Object.getOwnPropertyNames(Nango.prototype).filter(name => !called.has(name) && !LOCAL.includes(name)),
)
