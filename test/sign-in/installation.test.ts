// An app that is installed, as at GitHub: with the file of the provider, and a stub that checks every signature.
import { generateKeyPairSync } from 'node:crypto'
import { importSPKI, jwtVerify } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { files } from '../../mappings/index.ts'
import { type Came, type Flows, isConnected, openFlows, textOf } from './flows.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
// PKCS#1, as the provider issues it.
const private_key = String(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }))
const publicKey = String(rsa.publicKey.export({ type: 'spki', format: 'pem' }))
const APP = { app_id: '12345', app_link: 'https://github.com/apps/harbour', private_key }
const CLIENT = { client_id: 'Iv1.client', client_secret: 'client-secret-1' }
const ANSWERS = { 'question.owner': 'octo', 'question.repo': 'next.js' }
const LINK = 'https://github.com/apps/harbour/installations/new'

let flows: Flows
afterEach(() => flows.close())

interface GitHub {
  /** Installations → the people who reach them. */
  readonly installations?: Readonly<Record<string, readonly string[]>>
  /** How it answers whether a person reaches an installation, in place of what it knows. */
  readonly reach?: () => Response
}
/** Opens a gateway beside an imitation of GitHub, and an integration `hub`. The code of a person is their name. */
async function open(type: 'APP' | 'CUSTOM', { installations = { '77': ['ada'] }, reach }: GitHub = {}) {
  let n = 0
  const notFound = () => Response.json({ message: 'Not Found' }, { status: 404 })
  const installed = async ({ url, headers, text }: Came) => {
    const id = /\/(\d+)\/access_tokens$/.exec(url)?.[1] ?? ''
    try {
      const token = headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
      const currentDate = new Date(Date.now() + flows.clock.ahead)
      const { payload } = await jwtVerify(token, await importSPKI(publicKey, 'RS256'), {
        algorithms: ['RS256'],
        currentDate,
      })
      if (payload.iss !== APP.app_id || payload.exp! - payload.iat! > 600 || text !== '') throw new Error('no')
    } catch {
      return Response.json({ message: 'A JSON web token could not be decoded' }, { status: 401 })
    }
    if (!installations[id]) return notFound()
    n++
    const expires_at = new Date(Date.now() + flows.clock.ahead + 3_600_000).toISOString()
    return Response.json({ token: `ghs_${id}_${n}`, expires_at, permissions: {} }, { status: 201 })
  }
  flows = await openFlows({ github: files.github }, came => {
    const { url, headers, form } = came
    if (url.startsWith('https://api.github.com/app/installations/')) return installed(came)
    if (url === 'https://github.com/login/oauth/access_token') {
      const isRight =
        form.get('client_id') === CLIENT.client_id &&
        form.get('client_secret') === CLIENT.client_secret &&
        // The installation began without them.
        !form.has('code_verifier') &&
        !form.has('redirect_uri')
      return isRight
        ? new Response(`access_token=ghu_${form.get('code')}&scope=&token_type=bearer`)
        : Response.json({ error: 'bad_verification_code' })
    }
    const asked = /^https:\/\/api\.github\.com\/user\/installations\/(\d+)\/repositories$/.exec(url)?.[1]
    if (asked !== undefined) {
      const person = headers.get('authorization')?.replace(/^Bearer ghu_/, '') ?? ''
      if (reach) return reach()
      return installations[asked]?.includes(person) ? Response.json({ repositories: [] }) : notFound()
    }
    if (url === 'https://api.github.com/repos/octo/next.js')
      return Response.json({ token: headers.get('authorization') })
    return undefined
  })
  await flows.must('POST /integrations', {
    provider: 'github',
    unique_key: 'hub',
    credentials: type === 'APP' ? { type, ...APP } : { type, ...APP, ...CLIENT },
  })
}
const given =
  (installation_id: string, more: object = {}) =>
  () => ({ installation_id, setup_action: 'install', ...more })
const install = async (type: 'APP' | 'CUSTOM', query: Record<string, string>, session: object = {}) => {
  const person = flows.person(await flows.session(session))
  return person.signIn('hub', () => ({ setup_action: 'install', ...query }), { type, fields: ANSWERS })
}
const token = async (): Promise<string> => {
  const { connection_id } = (await flows.connections()).at(-1)
  const headers = { 'connection-id': connection_id, 'provider-config-key': 'hub' }
  return (await flows.must('GET /proxy/repos/octo/next.js', undefined, headers)).body.token
}
const kept = async () => {
  const { connection_config, credentials } = await flows.newest()
  return { connection_config, credentials }
}

describe('an app alone', () => {
  it('is installed, and its token is asked for anew when it ends', async () => {
    await open('APP')
    const person = flows.person(await flows.session())
    const address = await person.leave('hub', 'APP', ANSWERS)
    expect(address.origin + address.pathname).toBe(LINK)
    expect([...address.searchParams.keys()]).toEqual(['state'])
    expect((await person.comeBack(address, given('77')())).status).toBe(200)
    expect(await kept()).toMatchObject({
      connection_config: { owner: 'octo', repo: 'next.js', installation_id: '77' },
      credentials: { type: 'APP', installation_id: '77', access_token: 'ghs_77_1' },
    })
    expect(await token()).toBe('Bearer ghs_77_1')
    flows.clock.ahead += 3_600_000
    expect(await Promise.all(Array.from({ length: 10 }, token))).toEqual(Array(10).fill('Bearer ghs_77_2'))
    expect(flows.strange).toEqual([])
  })

  it.each([
    ['that waits for an owner', { setup_action: 'request' }, 'approval of an owner'],
    [
      'that waits for an owner, whatever it names',
      { setup_action: 'request', installation_id: '77' },
      'approval of an owner',
    ],
    ['without a number', { installation_id: '' }, 'named no installation'],
    ['that climbs', { installation_id: '77/../../installations/78' }, 'named no installation'],
    ['that the provider does not know', { installation_id: '78' }, 'http_404'],
  ])('an installation %s is none', async (_, query, text) => {
    await open('APP')
    const { status, page } = await install('APP', query)
    expect([status, textOf(page).includes(text)]).toEqual([422, true])
    expect(await flows.connections()).toEqual([])
  })

  it('an installation that another person has connected is not given to whoever names it', async () => {
    await open('APP')
    await install('APP', { installation_id: '77' })
    for (const session of [{ end_user: { id: 'eve' } }, { end_user: undefined, tags: { plan: 'gold' } }]) {
      const { status, page } = await install('APP', { installation_id: '77' }, session)
      expect([status, textOf(page).includes('Somebody else')]).toEqual([422, true])
    }
    expect(await flows.connections()).toHaveLength(1)
    expect([...flows.said, ...flows.log].join('\n')).not.toContain('ghs_')
  })

  it('nor one that the app itself brought in', async () => {
    await open('APP')
    await flows.must('POST /connections', {
      provider_config_key: 'hub',
      connection_id: 'brought',
      credentials: { type: 'APP', installation_id: '77', app_id: APP.app_id },
      connection_config: { owner: 'octo', repo: 'next.js' },
      end_user: { id: 'ada' },
    })
    expect((await install('APP', { installation_id: '77' }, { end_user: { id: 'eve' } })).status).toBe(422)
    // New answers do not make it forgotten.
    const connection_config = { owner: 'octo', repo: 'other' }
    await flows.must('PATCH /connections/brought', { connection_config })
    expect((await install('APP', { installation_id: '77' }, { end_user: { id: 'eve' } })).status).toBe(422)
    expect(await flows.connections()).toHaveLength(1)
  })

  it('nor by signing in again with a connection of one’s own', async () => {
    await open('APP', { installations: { '77': [], '78': [] } })
    await install('APP', { installation_id: '77' })
    await install('APP', { installation_id: '78' }, { end_user: { id: 'eve' } })
    const eve = (await flows.connections()).at(-1).connection_id
    const person = flows.person(await flows.reconnection(eve, 'hub'))
    const seen = await person.signIn('hub', given('77'), { type: 'APP', fields: ANSWERS })
    expect(seen.status).toBe(422)
    expect((await flows.shown(eve)).credentials.installation_id).toBe('78')
  })

  it('the same person, and another one of the same organization, may connect it again', async () => {
    await open('APP')
    const organization = { id: 'org-1' }
    await install('APP', { installation_id: '77' }, { end_user: { id: 'ada' }, organization })
    await install('APP', { installation_id: '77' }, { end_user: { id: 'ada' } })
    expect(await flows.connections()).toHaveLength(2)
    // The one without an organization is another's, as far as anybody knows.
    await install('APP', { installation_id: '77' }, { end_user: { id: 'bob' }, organization })
    expect(await flows.connections()).toHaveLength(2)
    await flows.must(`DELETE /connections/${(await flows.connections()).at(-1).connection_id}`)
    await install('APP', { installation_id: '77' }, { end_user: { id: 'bob' }, organization })
    expect(await flows.connections()).toHaveLength(2)
  })

  it('of a provider that somebody hosts is asked below `base_url`', async () => {
    await open('APP')
    await flows.must('PATCH /integrations/hub', { integration_config: { base_url: 'https://git.acme.example/api/v3' } })
    await install('APP', { installation_id: '77' })
    expect(flows.strange).toEqual(['POST https://git.acme.example/api/v3/app/installations/77/access_tokens'])
  })
})

describe('an app together with the person’s own token', () => {
  it('is connected where the person reaches the installation', async () => {
    await open('CUSTOM')
    const { page } = await install('CUSTOM', { installation_id: '77', code: 'ada' })
    expect(isConnected(page)).toBe(true)
    expect((await kept()).credentials).toMatchObject({
      type: 'CUSTOM',
      app: { installation_id: '77', access_token: 'ghs_77_1' },
    })
    expect(await token()).toBe('Bearer ghs_77_1')
    flows.clock.ahead += 3_600_000
    expect(await token()).toBe('Bearer ghs_77_2')
    expect(flows.strange).toEqual([])
  })

  it('an installation of somebody else is refused before a token of it is asked for', async () => {
    await open('CUSTOM', { installations: { '77': ['ada'], '78': ['eve'] } })
    const { status, page } = await install('CUSTOM', { installation_id: '77', code: 'eve' })
    expect([status, textOf(page).includes('does not let you use the installation')]).toEqual([422, true])
    expect(flows.asked.filter(({ url }) => url.includes('/app/installations/'))).toEqual([])
    expect(await flows.connections()).toEqual([])
  })

  it.each([500, 302, 429])('where the provider does not say (%i), nothing is believed', async status => {
    await open('CUSTOM', { reach: () => new Response('', { status, headers: { location: 'https://evil.example/' } }) })
    expect((await install('CUSTOM', { installation_id: '77', code: 'ada' })).status).toBe(422)
    expect([await flows.connections(), flows.strange]).toEqual([[], []])
  })

  it.each<[string, Record<string, string>]>([
    ['a code', { installation_id: '77' }],
    ['an installation', { code: 'ada' }],
  ])('without %s there is no connection', async (_, query) => {
    await open('CUSTOM')
    expect((await install('CUSTOM', query)).status).toBe(422)
    expect(await flows.connections()).toEqual([])
  })
})
