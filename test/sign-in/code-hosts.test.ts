// Hosts, realms and instances that a sign-in brings: with the files of the providers, at their own addresses.
import { afterEach, describe, expect, it } from 'vitest'
import { files } from '../../mappings/index.ts'
import { type Came, type Flows, isConnected, openFlows } from './flows.ts'

const CLIENT = { type: 'OAUTH2', client_id: 'client-1', client_secret: 'client-secret-1' }
let flows: Flows
afterEach(() => flows.close())

/** Opens a gateway whose internet has these addresses alone, and an integration `crm` of a provider. */
async function open(provider: keyof typeof files, internet: Readonly<Record<string, (came: Came) => Response>>) {
  flows = await openFlows({ [provider]: files[provider] }, came => internet[came.url]?.(came))
  await flows.must('POST /integrations', { provider, unique_key: 'crm', credentials: CLIENT })
}
const signIn = async (given: Readonly<Record<string, string>> = {}) => {
  const seen = await flows.person(await flows.session()).signIn('crm', () => ({ code: 'the-code', ...given }))
  return seen
}
const hosts = () => new Set(flows.asked.map(({ url }) => new URL(url).host))
const later = () => {
  flows.clock.ahead += 7_200_000
}

describe('Salesforce: the instance in the answer', () => {
  const TOKEN = 'https://login.salesforce.com/services/oauth2/token'
  const QUERY = 'https://acme.my.salesforce.com/services/data/v64.0/query'
  const tokens = (...instances: string[]) => {
    let n = 0
    return () => {
      const instance_url = instances[Math.min(n, instances.length - 1)]
      n++
      return Response.json({ access_token: `access-${n}`, refresh_token: 'refresh-1', instance_url, expires_in: 3600 })
    }
  }
  const records = () => Response.json({ totalSize: 0, done: true, records: [] })

  it('is where the connection is called', async () => {
    await open('salesforce', { [TOKEN]: tokens('https://acme.my.salesforce.com'), [QUERY]: records })
    expect(isConnected((await signIn()).page)).toBe(true)
    const { connection_id, connection_config } = await flows.newest()
    expect(connection_config).toEqual({ instance_url: 'https://acme.my.salesforce.com' })
    expect((await flows.contacts(connection_id)).status).toBe(200)
    expect(flows.askedAt(QUERY)[0]?.headers.get('authorization')).toBe('Bearer access-1')
  })

  it.each([
    'https://evil.example',
    'https://salesforce.com.evil.example',
    'https://evil.example/.salesforce.com',
    'https://acme.my.salesforce.com@evil.example',
    'https://acme.my.salesforce.com:8443',
    'https://acme.my.salesforce.com/path',
    'http://acme.my.salesforce.com',
    'https://127.0.0.1',
    'https://ACME.my.salesforce.com',
    'https://acme.my.salesforce.com#',
    'javascript:alert(1)//.salesforce.com',
    '',
  ])('is no foreign host: %s', async instance => {
    await open('salesforce', { [TOKEN]: tokens(instance) })
    const { page } = await signIn()
    expect(isConnected(page)).toBe(false)
    expect(await flows.connections()).toEqual([])
    expect(hosts()).toEqual(new Set(['login.salesforce.com']))
  })

  it('does not change with a refresh, whatever its answer says', async () => {
    await open('salesforce', {
      [TOKEN]: tokens('https://acme.my.salesforce.com', 'https://other.my.salesforce.com'),
      [QUERY]: records,
    })
    await signIn()
    later()
    const { connection_id } = await flows.newest()
    expect((await flows.contacts(connection_id)).status).toBe(200)
    expect(flows.askedAt(QUERY)[0]?.headers.get('authorization')).toBe('Bearer access-2')
    expect((await flows.newest()).connection_config).toEqual({ instance_url: 'https://acme.my.salesforce.com' })
    expect(flows.strange).toEqual([])
  })
})

describe('QuickBooks: the realm in the redirect', () => {
  const TOKEN = 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
  const token = () => Response.json({ access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 3600 })

  it('is kept', async () => {
    await open('quickbooks', { [TOKEN]: token })
    await signIn({ realmId: '9130347' })
    expect((await flows.newest()).connection_config).toEqual({ realm_id: '9130347' })
  })

  it.each(['../../v3/company/1', '1/2', '1?x=1', '1#', '１２', '1%2f2', 'x'.repeat(2049), ''])(
    'is a plain word, or the sign-in is refused: %j',
    async realmId => {
      await open('quickbooks', { [TOKEN]: token })
      expect(isConnected((await signIn({ realmId })).page)).toBe(false)
      expect(await flows.connections()).toEqual([])
    },
  )

  it('that is there twice is not guessed at', async () => {
    await open('quickbooks', { [TOKEN]: token })
    const person = flows.person(await flows.session())
    const state = (await person.leave('crm')).searchParams.get('state')
    const { status } = await person.go(`/oauth/callback?state=${state}&code=a&realmId=1&realmId=2`)
    expect([status, flows.asked.length]).toEqual([400, 0])
  })
})

describe('Zoho: the data centre in the redirect and in the answer', () => {
  const token = () =>
    Response.json({
      access_token: `access-${flows.asked.length}`,
      ...(flows.asked.length === 1 && { refresh_token: 'refresh-1' }),
      api_domain: 'https://www.zohoapis.eu',
      token_type: 'Bearer',
      expires_in: 3600,
    })
  const EU = 'https://accounts.zoho.eu/oauth/v2/token'
  const CONTACTS = 'https://www.zohoapis.eu/crm/v8/Contacts'
  const empty = () => Response.json({ data: [], info: { more_records: false } })

  it('is where tokens are asked for, also later', async () => {
    await open('zoho-crm', { [EU]: token, [CONTACTS]: empty })
    await signIn({ 'accounts-server': 'https://accounts.zoho.eu', location: 'eu' })
    const { connection_id, connection_config } = await flows.newest()
    expect(connection_config).toEqual({
      api_domain: 'https://www.zohoapis.eu',
      'accounts-server': 'https://accounts.zoho.eu',
    })
    later()
    expect((await flows.contacts(connection_id)).status).toBe(200)
    expect(flows.askedAt(EU).map(({ form }) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token'])
    expect(flows.askedAt(CONTACTS)[0]?.headers.get('authorization')).toBe('Zoho-oauthtoken access-2')
    expect(hosts()).toEqual(new Set(['accounts.zoho.eu', 'www.zohoapis.eu']))
  })

  it.each([
    'https://evil.example',
    'https://accounts.zoho.eu.evil.example',
    'https://accounts.zoho.eu@evil.example',
    'https://accounts.zoho.eu:444',
    'http://accounts.zoho.eu',
    'https://evil.zoho.eu',
    '//accounts.zoho.eu',
    'accounts.zoho.eu',
  ])('is one of those that are known, as the secret goes there: %s', async server => {
    await open('zoho-crm', {})
    expect(isConnected((await signIn({ 'accounts-server': server })).page)).toBe(false)
    expect([flows.asked, await flows.connections()]).toEqual([[], []])
  })

  it('cannot be chosen by what an app or a person gives', async () => {
    await open('zoho-crm', { 'https://accounts.zoho.com/oauth/v2/token': token })
    const config = { 'accounts-server': 'https://evil.example', api_domain: 'https://www.zohoapis.com' }
    const brought = flows.must('POST /connections', {
      provider_config_key: 'crm',
      connection_id: 'brought',
      connection_config: config,
      credentials: {
        type: 'OAUTH2',
        access_token: 'old',
        refresh_token: 'refresh-0',
        expires_at: '2020-01-01T00:00:00Z',
      },
    })
    await expect(brought).rejects.toThrow('/connection_config/accounts-server')
    expect([...hosts()].filter(host => host.endsWith('evil.example'))).toEqual([])
  })
})

describe('Xero: one of several tenants', () => {
  const TOKEN = 'https://identity.xero.com/connect/token'
  const TENANTS = 'https://api.xero.com/connections'
  const CONTACTS = 'https://api.xero.com/api.xro/2.0/Contacts'
  const token = () => Response.json({ access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 1800 })
  const tenants = (...ids: unknown[]) =>
    Response.json(
      ids.map((tenantId, i) => ({
        id: `row-${i}`,
        tenantId,
        tenantType: 'ORGANISATION',
        tenantName: `Company <${i}>`,
      })),
    )
  const choiceOf = (page: string) => ({
    do: 'choose',
    attempt: /name="attempt" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? '',
  })
  const internet = (list: () => Response) => ({
    [TOKEN]: token,
    [TENANTS]: list,
    [CONTACTS]: () => Response.json({ Contacts: [] }),
  })
  const two = () => tenants('tenant-a', 'tenant-b')
  /** A person who has signed in and is asked for the tenant. */
  async function asked(token: string) {
    const person = flows.person(token)
    const { page } = await person.signIn('crm', () => ({ code: 'the-code' }))
    return { person, page, choice: choiceOf(page) }
  }

  it('only one is taken', async () => {
    await open(
      'xero',
      internet(() => tenants('tenant-a')),
    )
    await signIn()
    const { connection_id, connection_config } = await flows.newest()
    expect(connection_config).toEqual({ tenant_id: 'tenant-a' })
    await flows.must('GET /proxy/api.xro/2.0/Contacts', undefined, {
      'connection-id': connection_id,
      'provider-config-key': 'crm',
    })
    expect(flows.askedAt(CONTACTS)[0]?.headers.get('xero-tenant-id')).toBe('tenant-a')
  })

  it('of several the person chooses one, once', async () => {
    await open('xero', internet(two))
    const { person, page, choice } = await asked(await flows.session())
    expect(page).toContain('Company &lt;1&gt;')
    expect(await flows.connections()).toEqual([])
    const first = await person.send({ ...choice, choice: '1' })
    expect(isConnected(first.page)).toBe(true)
    expect((await flows.newest()).connection_config).toEqual({ tenant_id: 'tenant-b' })
    await person.send({ ...choice, choice: '0' })
    await Promise.all(['0', '1', '0'].map(each => person.send({ ...choice, choice: each })))
    expect(await flows.connections()).toHaveLength(1)
    expect(flows.askedAt(TOKEN)).toHaveLength(1)
  })

  it('two choices at the same time make one connection', async () => {
    await open('xero', internet(two))
    const { person, choice } = await asked(await flows.session())
    await Promise.all(['0', '1', '0', '1'].map(each => person.send({ ...choice, choice: each })))
    expect(await flows.connections()).toHaveLength(1)
  })

  it.each(['2', '-1', 'tenant-a', '0 ', '__proto__', ''])('no other can be chosen: %j', async forged => {
    await open('xero', internet(two))
    const { person, choice } = await asked(await flows.session())
    expect(isConnected((await person.send({ ...choice, choice: forged })).page)).toBe(false)
    expect(await flows.connections()).toEqual([])
  })

  it('another session has no say in it', async () => {
    await open('xero', internet(two))
    const { choice } = await asked(await flows.session())
    const other = flows.person(await flows.session({ end_user: { id: 'user-8' } }))
    await other.send({ ...choice, choice: '0' })
    await other.go(`/connect/${await flows.session()}?attempt=${choice.attempt}`)
    expect(await flows.connections()).toEqual([])
  })

  it('a session that is over by then connects nothing, and what was held is erased', async () => {
    await open('xero', internet(two))
    const { person, choice } = await asked(await flows.session())
    flows.clock.ahead += 1_800_001
    expect(isConnected((await person.send({ ...choice, choice: '0' })).page)).toBe(false)
    expect(await flows.connections()).toEqual([])
  })

  it('an ended session takes its sign-ins along', async () => {
    await open('xero', internet(two))
    const token = await flows.session()
    const { person, choice } = await asked(token)
    await flows.must('DELETE /connect/session', undefined, { authorization: `Bearer ${token}` })
    expect(flows.rows('SELECT * FROM sign_ins')).toEqual([])
    await person.send({ ...choice, choice: '0' })
    expect(await flows.connections()).toEqual([])
  })

  it('a tenant whose id would become more than a word is no account', async () => {
    await open(
      'xero',
      internet(() => tenants('a/../b', 'ok\r\nx: y')),
    )
    const { person, choice } = await asked(await flows.session())
    for (const each of ['0', '1']) await person.send({ ...choice, choice: each })
    expect(await flows.connections()).toEqual([])
  })

  it('who signs in again gets the tenant of before', async () => {
    await open('xero', internet(two))
    const { person, choice } = await asked(await flows.session())
    await person.send({ ...choice, choice: '1' })
    const { connection_id } = await flows.newest()
    const again = flows.person(await flows.reconnection(connection_id, 'crm'))
    expect(isConnected((await again.signIn('crm', () => ({ code: 'another' }))).page)).toBe(true)
    expect((await flows.newest()).connection_config).toEqual({ tenant_id: 'tenant-b' })
    expect(await flows.connections()).toHaveLength(1)
  })
})
