// Sign-in by what a person fills in, on the connect page: keys, users and passwords, and tokens that are asked for.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { importSPKI, jwtVerify } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { type Came, type Flows, invented, isConnected, openFlows, textOf } from './flows.ts'

const HOST = 'api.harbour.example'
const TOKEN = 'https://login.harbour.example/token'
let flows: Flows
afterEach(() => flows.close())

/** Opens a gateway with a provider that signs in so; `answer` is its token endpoint, `accepts` whether a call is signed. */
async function open(
  auth: object,
  {
    accepts,
    answer,
    more = {},
  }: { accepts: (came: Came) => boolean; answer?: (came: Came) => Response; more?: object },
) {
  const provider = invented(HOST, { auth, verify: { get: '/people' }, ...more })
  flows = await openFlows({ harbour: provider }, came => {
    if (came.url === TOKEN) return answer?.(came)
    if (!came.url.endsWith('.harbour.example/people')) return undefined
    return accepts(came)
      ? Response.json({ people: [{ id: '7', full: 'Ada' }] })
      : Response.json({ message: 'no' }, { status: 401 })
  })
  await flows.must('POST /integrations', { provider: 'harbour', unique_key: 'crm' })
}
const fill = async (type: string, fields: Readonly<Record<string, string>>, questions: Record<string, string> = {}) => {
  const named = Object.entries(fields).map(([name, text]) => [`field.${name}`, text])
  const asked = Object.entries(questions).map(([name, text]) => [`question.${name}`, text])
  return flows.person(await flows.session()).submit('crm', type, Object.fromEntries([...named, ...asked]))
}
const works = async () => {
  const { connection_id } = await flows.newest()
  const answer = await flows.contacts(connection_id)
  expect(answer.body.data, answer.text).toEqual([{ id: '7', name: 'Ada' }])
}
const bearer = ({ headers }: Came) => headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
const basic = ({ headers }: Came) =>
  Buffer.from(headers.get('authorization')?.replace(/^Basic /, '') ?? '', 'base64').toString()

describe('a key', () => {
  it.each<[string, object, (came: Came) => boolean]>([
    ['as a bearer', {}, came => bearer(came) === 'the-key'],
    [
      'in a header of its own',
      { sign: { 'x-api-key': '{api_key}' } },
      ({ headers }) => headers.get('x-api-key') === 'the-key' && headers.get('authorization') === null,
    ],
    [
      'in the query',
      { query: { api_token: '{api_key}' } },
      ({ query, headers }) => query.get('api_token') === 'the-key' && headers.get('authorization') === null,
    ],
    [
      'as base64 in a header',
      { sign: { authorization: 'Basic {api_key:base64}' } },
      ({ headers }) => headers.get('authorization') === 'Basic dGhlLWtleQ==',
    ],
  ])('%s', async (_, api_key, accepts) => {
    await open({ api_key }, { accepts })
    // The spaces and the end of the line came along when it was copied.
    expect(isConnected((await fill('API_KEY', { apiKey: ' the-key\r\n' })).page)).toBe(true)
    await works()
    expect(flows.asked.length).toBe(2)
    expect(flows.said.join('\n') + flows.log.join('\n')).not.toContain('the-key')
  })

  it('that the provider refuses is not kept, and is not shown again', async () => {
    await open({ api_key: {} }, { accepts: () => false })
    const { page } = await fill('API_KEY', { apiKey: 'a-wrong-key' })
    expect([isConnected(page), page.includes('a-wrong-key'), await flows.connections()]).toEqual([false, false, []])
  })

  it('that is none by its pattern goes nowhere', async () => {
    await open({ api_key: { pattern: 'pat-[a-z]+' } }, { accepts: () => true })
    for (const apiKey of ['sk-1', 'pat-', 'pat-a b', 'x'.repeat(5_000)])
      expect(isConnected((await fill('API_KEY', { apiKey })).page)).toBe(false)
    expect([flows.asked, await flows.connections()]).toEqual([[], []])
  })

  it.each(['a\r\nx-evil: 1', 'a\u0000b', 'schlüssel', '鍵'])('that no header can hold is refused: %j', async apiKey => {
    await open({ api_key: {} }, { accepts: () => true })
    expect(isConnected((await fill('API_KEY', { apiKey })).page)).toBe(false)
    expect([flows.asked, await flows.connections()]).toEqual([[], []])
  })
})

describe('a user and a password', () => {
  it('stay as they are: a password may have spaces of its own, also at its ends', async () => {
    await open({ basic: {} }, { accepts: came => basic(came) === 'ada:  pass word ü ' })
    expect(isConnected((await fill('BASIC', { username: ' ada ', password: '  pass word ü ' })).page)).toBe(true)
    await works()
  })

  it('are sent as the provider wants them', async () => {
    const auth = { basic: { username: { label: 'Email' }, password: { label: 'Token' }, user: '{username}/token' } }
    await open(auth, { accepts: came => basic(came) === 'ada@example.com/token:abc' })
    expect(isConnected((await fill('BASIC', { username: 'ada@example.com', password: 'abc' })).page)).toBe(true)
    await works()
  })

  it('are one key and nothing else where there is no password', async () => {
    const auth = { basic: { username: { label: 'Key' }, password: false, pass: 'x' } }
    await open(auth, { accepts: came => basic(came) === 'the-key:x' })
    expect(isConnected((await fill('BASIC', { username: 'the-key' })).page)).toBe(true)
    await works()
  })
})

describe('the credentials of a client', () => {
  it.each(['basic', 'body'])('by %s: the token is asked for at once, and again when it ends', async client => {
    let n = 0
    const strict = (came: Came) => {
      const params = Object.fromEntries(came.form)
      const own = client === 'basic' ? decodeURIComponent(basic(came)) : `${params.client_id}:${params.client_secret}`
      const isRight =
        own === 'their-id:their-secret' &&
        params.grant_type === 'client_credentials' &&
        params.scope === 'a,b' &&
        params.audience === 'x' &&
        !('refresh_token' in params)
      if (!isRight) return Response.json({ error: 'invalid_client' }, { status: 401 })
      n++
      return Response.json({ access_token: `token-${n}`, expires_in: 600 })
    }
    const spec = { token: TOKEN, client, scopes: ['a', 'b'], scope_separator: ',', token_params: { audience: 'x' } }
    await open({ client_credentials: spec }, { accepts: came => bearer(came) === `token-${n}`, answer: strict })
    const wrong = await fill('OAUTH2_CC', { client_id: 'their-id', client_secret: 'wrong' })
    expect([isConnected(wrong.page), textOf(wrong.page).includes('invalid_client')]).toEqual([false, true])
    const fields = { client_id: 'their-id', client_secret: 'their-secret' }
    expect(isConnected((await fill('OAUTH2_CC', fields)).page)).toBe(true)
    await works()
    flows.clock.ahead += 3_600_000
    await Promise.all(Array.from({ length: 20 }, works))
    expect(n).toBe(2)
  })
})

describe('a token for what was filled in', () => {
  const token = (isRight: boolean) =>
    isRight
      ? Response.json({ data: { token: 'two-step', ttl: 600 } })
      : Response.json({ success: false }, { status: 403 })
  const answer = { access_token: 'data.token', expires_in: 'data.ttl' }

  it('by a body of JSON', async () => {
    await open(
      {
        two_step: {
          fields: { id: { label: 'Id', secret: false }, word: { label: 'Password' } },
          post: TOKEN,
          body: { client: '{field.id}', password: '{field.word}' },
          answer,
        },
      },
      {
        accepts: came => bearer(came) === 'two-step',
        answer: came =>
          token(
            came.headers.get('content-type') === 'application/json' &&
              came.text === '{"client":"a\\"b","password":" p "}',
          ),
      },
    )
    expect(isConnected((await fill('TWO_STEP', { id: ' a"b ', word: ' p ' })).page)).toBe(true)
    await works()
  })

  it('by a form, and a key as base64 in a header', async () => {
    await open(
      {
        two_step: {
          fields: { key: { label: 'Key' } },
          post: TOKEN,
          headers: { authorization: 'Basic {field.key:base64}' },
          body: { grant_type: 'x', key: '{field.key}' },
          token_body: 'form',
          answer,
        },
      },
      {
        accepts: came => bearer(came) === 'two-step',
        answer: came => token(basic(came) === 'k&e=y' && came.text === 'grant_type=x&key=k%26e%3Dy'),
      },
    )
    expect(isConnected((await fill('TWO_STEP', { key: 'k&e=y' })).page)).toBe(true)
    await works()
  })

  it('is refused where what was filled in would begin another header', async () => {
    await open(
      { two_step: { fields: { key: { label: 'Key' } }, post: TOKEN, headers: { 'x-key': '{field.key}' }, answer } },
      { accepts: () => true, answer: () => token(true) },
    )
    const { page } = await fill('TWO_STEP', { key: 'a\r\nx-admin: 1' })
    expect([isConnected(page), flows.asked, await flows.connections()]).toEqual([false, [], []])
  })
})

describe('a JSON Web Token', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const hex = randomBytes(32).toString('hex')
  const pem = (key: typeof rsa.privateKey, type: 'pkcs1' | 'pkcs8') => String(key.export({ type, format: 'pem' }))
  const spki = (key: typeof rsa.publicKey) => String(key.export({ type: 'spki', format: 'pem' }))
  const keys: Readonly<
    Record<
      string,
      { algorithm: 'RS256' | 'ES256' | 'HS256'; key: string; verify: () => Promise<CryptoKey> | Uint8Array }
    >
  > = {
    'RS256, PKCS#8': {
      algorithm: 'RS256',
      key: pem(rsa.privateKey, 'pkcs8'),
      verify: () => importSPKI(spki(rsa.publicKey), 'RS256'),
    },
    'RS256, PKCS#1': {
      algorithm: 'RS256',
      key: pem(rsa.privateKey, 'pkcs1'),
      verify: () => importSPKI(spki(rsa.publicKey), 'RS256'),
    },
    'RS256, its line ends in two characters': {
      algorithm: 'RS256',
      key: pem(rsa.privateKey, 'pkcs1').replaceAll('\n', '\\n'),
      verify: () => importSPKI(spki(rsa.publicKey), 'RS256'),
    },
    'RS256, pasted into one line': {
      algorithm: 'RS256',
      key: pem(rsa.privateKey, 'pkcs8').replaceAll('\n', ''),
      verify: () => importSPKI(spki(rsa.publicKey), 'RS256'),
    },
    'ES256, PKCS#8': {
      algorithm: 'ES256',
      key: pem(ec.privateKey, 'pkcs8'),
      verify: () => importSPKI(spki(ec.publicKey), 'ES256'),
    },
    HS256: { algorithm: 'HS256', key: hex, verify: () => new Uint8Array(Buffer.from(hex, 'hex')) },
  }
  const fields = { mail: { label: 'Mail', secret: false }, key: { label: 'Key' } }
  const claims = { iss: '{field.mail}', aud: 'harbour', scope: '{scopes}' }
  /** Whether a token is signed with the key, says what it should, and lives as long as it may. */
  async function isGood(name: string, text: string): Promise<boolean> {
    const { algorithm, verify } = keys[name]!
    try {
      const { payload, protectedHeader } = await jwtVerify(text, await verify(), {
        algorithms: [algorithm],
        audience: 'harbour',
        issuer: 'a@b.example',
        currentDate: new Date(Date.now() + flows.clock.ahead),
      })
      return protectedHeader.kid === 'k1' && payload.scope === 'a b' && payload.exp! - payload.iat! <= 300
    } catch {
      return false
    }
  }

  it.each(Object.keys(keys))('is exchanged for a token: %s', async name => {
    let given = 0
    const good: Promise<boolean>[] = []
    const { algorithm, key } = keys[name]!
    await open(
      {
        jwt: {
          fields,
          key: 'key',
          algorithm,
          header: { kid: 'k1' },
          claims,
          scopes: ['a', 'b'],
          lifetime: 300,
          post: TOKEN,
        },
      },
      {
        accepts: came => bearer(came) === `granted-${given}`,
        answer: ({ form }) => {
          good.push(isGood(name, form.get('assertion') ?? ''))
          if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer' || form.size !== 2)
            return Response.json({}, { status: 400 })
          given++
          return Response.json({ access_token: `granted-${given}`, expires_in: 3600 })
        },
      },
    )
    const { page } = await flows.person(await flows.session()).go(`/connect/${await flows.session()}`)
    // A key of several lines has room for them.
    expect(page.includes('<textarea')).toBe(algorithm !== 'HS256')
    expect(isConnected((await fill('JWT', { mail: 'a@b.example', key })).page)).toBe(true)
    await works()
    flows.clock.ahead += 7_200_000
    await works()
    expect([given, await Promise.all(good)]).toEqual([2, [true, true]])
  })

  it.each(['RS256, PKCS#1', 'HS256'])('is the token itself where there is no endpoint: %s', async name => {
    const good: Promise<boolean>[] = []
    const { algorithm, key } = keys[name]!
    await open(
      { jwt: { fields, key: 'key', algorithm, header: { kid: 'k1' }, claims, scopes: ['a', 'b'], lifetime: 300 } },
      {
        accepts: came => {
          good.push(isGood(name, bearer(came)))
          return true
        },
      },
    )
    expect(isConnected((await fill('JWT', { mail: 'a@b.example', key })).page)).toBe(true)
    flows.clock.ahead += 7_200_000
    await works()
    expect(await Promise.all(good)).toEqual([true, true])
  })

  it.each<[string, string, string]>([
    ['RS256', 'no key', 'planted-key-text'],
    ['RS256', 'a public key', spki(rsa.publicKey)],
    ['RS256', 'a key of another kind', pem(ec.privateKey, 'pkcs8')],
    ['RS256', 'half a key', pem(rsa.privateKey, 'pkcs8').slice(0, 600)],
    ['ES256', 'a key for RSA', pem(rsa.privateKey, 'pkcs8')],
    ['HS256', 'a key that is too short', hex.slice(0, 62)],
    ['HS256', 'no hexadecimal', 'planted-key-text'.repeat(8)],
  ])('%s with %s is refused, and the key is not quoted', async (algorithm, _, key) => {
    await open({ jwt: { fields, key: 'key', algorithm, lifetime: 300, claims, post: TOKEN } }, { accepts: () => true })
    const { page } = await fill('JWT', { mail: 'a@b.example', key })
    expect([isConnected(page), textOf(page).includes('The key cannot sign')]).toEqual([false, true])
    expect([flows.asked, await flows.connections()]).toEqual([[], []])
    const heard = [...flows.said, ...flows.log].join('\n')
    for (const part of ['planted-key-text', ...(key.match(/[A-Za-z0-9+/]{24}/g) ?? [])])
      expect(heard).not.toContain(part)
  })
})

describe('a question', () => {
  const more = {
    base: 'https://{connection.shop}.harbour.example',
    hosts: ['*.harbour.example'],
    connection_config: { shop: { label: 'Shop', type: 'host-part' }, area: { label: 'Area', one_of: ['eu', 'us'] } },
  }
  it('becomes part of the host', async () => {
    await open({ api_key: {} }, { accepts: () => true, more })
    expect(isConnected((await fill('API_KEY', { apiKey: 'k' }, { shop: ' acme-1 ', area: 'eu' })).page)).toBe(true)
    await works()
    expect(new Set(flows.asked.map(({ url }) => url))).toEqual(new Set(['https://acme-1.harbour.example/people']))
  })

  it('is answered once: who signs in again says only what is to be different', async () => {
    await open({ api_key: {} }, { accepts: came => bearer(came) !== 'wrong', more })
    await fill('API_KEY', { apiKey: 'k' }, { shop: 'acme', area: 'eu' })
    const { connection_id } = await flows.newest()
    const metadata = { plan: 'gold' }
    await flows.must('POST /connections/metadata', { connection_id, provider_config_key: 'crm', metadata })
    const again = flows.person(await flows.reconnection(connection_id, 'crm'))
    expect(isConnected((await again.submit('crm', 'API_KEY', { 'field.apiKey': 'wrong' })).page)).toBe(false)
    expect((await flows.newest()).credentials.apiKey).toBe('k')
    const page = (await again.submit('crm', 'API_KEY', { 'field.apiKey': 'k2', 'question.area': 'us' })).page
    expect(isConnected(page)).toBe(true)
    expect(await flows.newest()).toMatchObject({
      connection_id,
      metadata,
      connection_config: { shop: 'acme', area: 'us' },
      credentials: { apiKey: 'k2' },
    })
    expect(await flows.connections()).toHaveLength(1)
  })

  it.each([
    'evil.example/',
    'evil.example#',
    'evil.example?',
    'evil.example\\',
    'a.b',
    'a@b',
    'a:b',
    'a%2f',
    'a%00',
    '-a',
    'a-',
    'ａ',
    'аcme',
    'a\u200db',
    'a b',
    'a\nb',
    'a_b',
    'x'.repeat(64),
    '..',
    '',
  ])('that is no part of a host goes nowhere: %j', async shop => {
    await open({ api_key: {} }, { accepts: () => true, more })
    expect(isConnected((await fill('API_KEY', { apiKey: 'k' }, { shop, area: 'eu' })).page)).toBe(false)
    const answer = await flows.call('POST /connections', {
      provider_config_key: 'crm',
      credentials: { type: 'API_KEY', apiKey: 'k' },
      connection_config: { shop, area: 'eu' },
    })
    expect([answer.status, flows.asked, await flows.connections()]).toEqual([422, [], []])
  })

  it.each(['EU', 'eu ', 'de', '__proto__'])('with answers of its own takes no other: %j', async area => {
    await open({ api_key: {} }, { accepts: () => true, more })
    const given = { provider_config_key: 'crm', credentials: { type: 'API_KEY', apiKey: 'k' } }
    const answer = await flows.call('POST /connections', { ...given, connection_config: { shop: 'a', area } })
    expect([answer.status, flows.asked]).toEqual([422, []])
  })
})

it('a form that is larger than a key can be is refused before it is read', async () => {
  await open({ api_key: {} }, { accepts: () => true })
  expect((await fill('API_KEY', { apiKey: 'x'.repeat(70_000) })).status).toBe(413)
  expect(flows.asked).toEqual([])
})
