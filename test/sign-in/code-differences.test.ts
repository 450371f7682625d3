// What differs between providers in the authorization code flow, each as declared and against a server that takes
// nothing else: addresses, clients, parameters, and what a token's answer looks like.
import { afterEach, describe, expect, it } from 'vitest'
import { type Came, type Flows, invented, openFlows } from './flows.ts'

const HOST = 'api.harbour.example'
const TOKEN = 'https://login.harbour.example/token'
const CLIENT = { client_id: 'the client', client_secret: 'a secret:/&+%' } as const
const GIVEN = { access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 3600 }

let flows: Flows
afterEach(() => flows.close())

interface Case {
  readonly oauth2?: object
  /** How the token endpoint answers the first time; afterwards it gives `access-2`. */
  readonly answer?: () => Response
}
/** Opens a gateway with a provider that differs so, and an integration `crm` of it. */
async function open({ oauth2 = {}, answer = () => Response.json(GIVEN) }: Case): Promise<Flows> {
  let tokens = 0
  const valid = new Set<string>()
  const provider = invented(HOST, {
    auth: {
      oauth2: {
        authorize: 'https://login.harbour.example/authorize?tenant=common',
        token: TOKEN,
        client: 'body',
        scopes: ['read', 'write'],
        ...oauth2,
      },
    },
  })
  const opened = await openFlows({ harbour: provider }, ({ url, headers }) => {
    if (url === TOKEN) {
      tokens++
      valid.add(`Bearer access-${tokens}`)
      return tokens === 1
        ? answer()
        : Response.json({ access_token: `access-${tokens}`, refresh_token: `refresh-${tokens}`, expires_in: 3600 })
    }
    if (url !== `https://${HOST}/people`) return undefined
    return valid.has(headers.get('authorization') ?? '')
      ? Response.json({ people: [{ id: '7', full: 'Ada' }] })
      : Response.json({}, { status: 401 })
  })
  await opened.must('POST /integrations', {
    provider: 'harbour',
    unique_key: 'crm',
    credentials: { type: 'OAUTH2', ...CLIENT },
  })
  return opened
}
const signIn = async (given: Readonly<Record<string, string>> = { code: 'the-code' }) => {
  const person = flows.person(await flows.session())
  const address = await person.leave('crm')
  const seen = await person.comeBack(address, given)
  return { address, seen }
}
const formOf = ({ form }: Came) => Object.fromEntries(form)
const first = (): Came => flows.askedAt(TOKEN)[0]!
const refreshed = async (): Promise<Came> => {
  const { connection_id } = await flows.newest()
  flows.clock.ahead += 7_200_000
  expect((await flows.contacts(connection_id)).body.data).toEqual([{ id: '7', name: 'Ada' }])
  return flows.askedAt(TOKEN)[1]!
}
/** `Authorization: Basic` as a server reads it that follows RFC 6749, 2.3.1. */
function decoded(came: Came): string[] {
  const text = Buffer.from(came.headers.get('authorization')?.replace(/^Basic /, '') ?? '', 'base64').toString()
  return text.split(':').map(part => decodeURIComponent(part.replaceAll('+', ' ')))
}
const AUTHENTICATED: Readonly<Record<string, (came: Came) => void>> = {
  body: came => {
    expect(came.headers.get('authorization')).toBeNull()
    expect(formOf(came)).toMatchObject(CLIENT)
  },
  basic: came => {
    expect(decoded(came)).toEqual([CLIENT.client_id, CLIENT.client_secret])
    for (const name of Object.keys(CLIENT)) expect(came.form.has(name)).toBe(false)
  },
  basic_raw: came => {
    expect(came.headers.get('authorization')).toBe(
      `Basic ${Buffer.from('the client:a secret:/&+%').toString('base64')}`,
    )
    for (const name of Object.keys(CLIENT)) expect(came.form.has(name)).toBe(false)
  },
  none: came => {
    expect(came.headers.get('authorization')).toBeNull()
    expect(came.form.get('client_id')).toBe(CLIENT.client_id)
    expect(came.text).not.toContain('secret')
  },
}

describe('the client authenticates itself', () => {
  it.each(Object.keys(AUTHENTICATED))('%s, also when it refreshes', async client => {
    flows = await open({ oauth2: { client } })
    const { address } = await signIn()
    const redirect_uri = `${flows.gateway.url}/oauth/callback`
    expect(Object.fromEntries(address.searchParams)).toEqual({
      tenant: 'common',
      response_type: 'code',
      client_id: CLIENT.client_id,
      redirect_uri,
      scope: 'read write',
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    AUTHENTICATED[client]!(first())
    expect(first().headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    const { client_id: _, client_secret: __, ...rest } = formOf(first())
    expect(rest).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    })
    const refresh = await refreshed()
    AUTHENTICATED[client]!(refresh)
    const { client_id: ___, client_secret: ____, ...own } = formOf(refresh)
    expect(own).toEqual({ grant_type: 'refresh_token', refresh_token: 'refresh-1' })
  })

  it('with a body of JSON', async () => {
    flows = await open({ oauth2: { token_body: 'json' } })
    await signIn()
    expect(first().headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(first().text)).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: `${flows.gateway.url}/oauth/callback`,
      code_verifier: expect.any(String),
      ...CLIENT,
    })
  })
})

describe('the request differs by', () => {
  it.each([
    [',', 'read,write'],
    ['+', 'read+write'],
    [' ', 'read write'],
  ])('scopes with %j between them', async (scope_separator, scope) => {
    flows = await open({ oauth2: { scope_separator } })
    expect((await signIn()).address.searchParams.get('scope')).toBe(scope)
  })

  it('the parameter of its scopes', async () => {
    flows = await open({ oauth2: { scope_param: 'user_scope' } })
    const { searchParams } = (await signIn()).address
    expect([searchParams.get('user_scope'), searchParams.get('scope')]).toEqual(['read write', null])
  })

  it('further parameters, which take no place of what protects the sign-in', async () => {
    flows = await open({
      oauth2: { params: { prompt: 'consent', state: 'x', client_id: 'y' }, token_params: { audience: 'a' } },
    })
    const { address } = await signIn()
    expect(address.searchParams.get('prompt')).toBe('consent')
    expect(address.searchParams.get('client_id')).toBe(CLIENT.client_id)
    expect(address.searchParams.get('state')).not.toBe('x')
    expect(first().form.get('audience')).toBe('a')
    expect((await refreshed()).form.get('audience')).toBe('a')
  })

  it('no code challenge, and then no verifier either', async () => {
    flows = await open({ oauth2: { pkce: false } })
    const { address } = await signIn()
    expect([...address.searchParams.keys()].filter(name => name.startsWith('code_challenge'))).toEqual([])
    expect(first().form.has('code_verifier')).toBe(false)
    expect(await flows.connections()).toHaveLength(1)
  })

  it('another name of the code', async () => {
    flows = await open({ oauth2: { code_param: 'spapi_oauth_code' } })
    await signIn({ spapi_oauth_code: 'the-code', code: 'not this' })
    expect(first().form.get('code')).toBe('the-code')
  })

  it('another endpoint and parameters for a refresh', async () => {
    flows = await open({ oauth2: { refresh: { token: TOKEN, params: { scope: 'offline' } } } })
    await signIn()
    expect(formOf(await refreshed())).toMatchObject({ grant_type: 'refresh_token', scope: 'offline' })
  })
})

describe('an answer', () => {
  const credentials = async () => (await flows.newest()).credentials
  it('without the time when it ends is used until the provider refuses it', async () => {
    flows = await open({ answer: () => Response.json({ access_token: 'access-1', refresh_token: 'refresh-1' }) })
    await signIn()
    flows.clock.ahead += 86_400_000
    const { connection_id } = await flows.newest()
    expect((await flows.contacts(connection_id)).status).toBe(200)
    expect(flows.askedAt(TOKEN)).toHaveLength(1)
  })

  it('without the time when it ends has that of the file', async () => {
    flows = await open({
      oauth2: { expires_in: 600 },
      answer: () => Response.json({ access_token: 'access-1', refresh_token: 'refresh-1' }),
    })
    await signIn()
    expect((await refreshed()).form.get('refresh_token')).toBe('refresh-1')
  })

  it('without a refresh token ends with the token', async () => {
    flows = await open({ answer: () => Response.json({ access_token: 'access-9', expires_in: 60 }) })
    await signIn()
    flows.clock.ahead += 7_200_000
    const { connection_id } = await flows.newest()
    expect((await flows.contacts(connection_id)).body.code).toBe('connection-needs-reconnect')
    expect(flows.askedAt(TOKEN)).toHaveLength(1)
  })

  it('whose refresh tokens rotate is followed by the newest', async () => {
    flows = await open({})
    await signIn()
    expect((await refreshed()).form.get('refresh_token')).toBe('refresh-1')
    flows.clock.ahead += 7_200_000
    const { connection_id } = await flows.newest()
    await flows.contacts(connection_id)
    expect(flows.askedAt(TOKEN)[2]?.form.get('refresh_token')).toBe('refresh-2')
  })

  it.each([
    ['that is a form', () => new Response('access_token=access-1&scope=repo&token_type=bearer')],
    ['without a type of token', () => Response.json({ access_token: 'access-1' })],
    ['with a strange type of token', () => Response.json({ access_token: 'access-1', token_type: 'BearerToken' })],
    [
      'with status 201, and empty members',
      () => Response.json({ ...GIVEN, refresh_token: '', expires_in: null, scope: null }, { status: 201 }),
    ],
  ])('%s is taken', async (_, answer) => {
    flows = await open({ answer })
    expect((await signIn()).seen.status).toBe(200)
    expect(await credentials()).toMatchObject({ type: 'OAUTH2', access_token: 'access-1' })
  })

  it('with the token further inside is read there', async () => {
    flows = await open({
      oauth2: {
        answer: {
          access_token: 'authed_user.access_token',
          refresh_token: 'authed_user.refresh_token',
          expires_in: 'authed_user.expires_in',
        },
      },
      answer: () => Response.json({ ok: true, access_token: 'of the bot', authed_user: GIVEN }),
    })
    await signIn()
    expect(await credentials()).toMatchObject({ access_token: 'access-1', refresh_token: 'refresh-1' })
  })

  it.each<[string, () => Response, string]>([
    [
      '200 with an error',
      () => Response.json({ error: 'bad_verification_code', error_description: 'planted-text' }),
      'bad_verification_code',
    ],
    ['200 with ok: false', () => Response.json({ ok: false, error: 'invalid_code' }), 'invalid_code'],
    [
      'an error of the standard',
      () => Response.json({ error: 'invalid_grant', error_description: 'planted-text' }, { status: 400 }),
      'invalid_grant',
    ],
    [
      'an error with a token in its code',
      () => Response.json({ error: 'planted-text is no code' }, { status: 400 }),
      'http_400',
    ],
    ['a page', () => new Response('<h1>planted-text</h1>', { status: 502 }), 'http_502'],
    ['nothing at all', () => new Response(''), 'http_200'],
    ['no token', () => Response.json({ access_token: { a: 1 } }), 'http_200'],
    ['a token that is no header', () => Response.json({ access_token: 'x'.repeat(70_000) }), 'token_too_long'],
    [
      'a redirect with a token',
      () => Response.json(GIVEN, { status: 302, headers: { location: 'https://evil.example/' } }),
      'http_302',
    ],
  ])('%s is none: it says so, and nothing is kept', async (_, answer, code) => {
    flows = await open({ answer })
    const { seen } = await signIn()
    expect([seen.status, seen.page]).toEqual([400, expect.stringContaining(`(${code})`)])
    expect([...flows.said, ...flows.log].join('\n')).not.toContain('planted-text')
    expect(await flows.connections()).toEqual([])
    expect(flows.askedAt(TOKEN)).toHaveLength(1)
    expect(flows.strange).toEqual([])
  })
})
