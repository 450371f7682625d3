import { hkdfSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSessionTokens, isSessionToken, type Session } from '../../src/credentials/session-token.ts'

const OLD = Buffer.alloc(32, 7).toString('base64')
const NEW = Buffer.alloc(32, 9).toString('base64')
const NOW = Date.UTC(2026, 0, 5, 9, 30)
const session: Session = {
  environment: 'e1',
  key: 'k1',
  connection: { uuid: 'u1', id: 'customer "42"', integration: 'crm' },
  models: ['contacts'],
  verbs: ['list', 'get'],
  origins: ['https://app.example.com'],
  ends: NOW + 900_000,
}
const at = (time: number) => () => time
/** The key that tokens are signed with, derived as the documentation says: HKDF-SHA-256 of the master key. */
const keyFrom = (master: string, purpose = 'koine session tokens') =>
  new Uint8Array(hkdfSync('sha256', Buffer.from(master, 'base64'), '', purpose, 32))
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token that is made by hand, right in everything but what is given. */
async function forged(
  header: Readonly<Record<string, string>> = {},
  claims: object = {},
  key: Uint8Array = keyFrom(OLD),
): Promise<string> {
  const { ends: _, ...grant } = session
  const payload = { ...grant, iss: 'koine', aud: 'koine/records', exp: NOW / 1000 + 60, ...claims }
  const signed = await new SignJWT(payload)
    .setProtectedHeader({ alg: 'HS256', typ: 'koine-session+jwt', kid: 'default', ...header })
    .sign(key)
  return `koine_session_${signed}`
}

describe('a session token', () => {
  it('says what was signed, and is read at once when it was read before', async () => {
    const tokens = createSessionTokens(OLD, at(NOW))
    const token = await tokens.sign(session)
    const first = tokens.verify(token)
    expect(first).toBeInstanceOf(Promise)
    expect(await first).toEqual(session)
    expect(tokens.verify(token)).toEqual(session)
  })

  it('ends to the second, also where it is remembered', async () => {
    let now = NOW
    const tokens = createSessionTokens(OLD, () => now)
    const token = await tokens.sign(session)
    now = session.ends - 1
    expect(await tokens.verify(token)).toEqual(session)
    now = session.ends
    expect(tokens.verify(token)).toBe('ended')
    expect(await tokens.verify(token)).toBe('ended')
    expect(await createSessionTokens(OLD, () => now).verify(token)).toBe('ended')
  })

  it('is accepted as long as its master key is listed', async () => {
    const token = await createSessionTokens(OLD, at(NOW)).sign(session)
    expect(await createSessionTokens(`2027:${NEW},default:${OLD}`, at(NOW)).verify(token)).toEqual(session)
    expect(await createSessionTokens(`2027:${NEW}`, at(NOW)).verify(token)).toBeUndefined()
    // Another key under the same id.
    expect(await createSessionTokens(NEW, at(NOW)).verify(token)).toBeUndefined()
    const later = await createSessionTokens(`2027:${NEW},default:${OLD}`, at(NOW)).sign(session)
    expect(await createSessionTokens(OLD, at(NOW)).verify(later)).toBeUndefined()
    expect(await createSessionTokens(`2027:${NEW}`, at(NOW)).verify(later)).toEqual(session)
  })

  it('is told from keys by its form', () => {
    for (const key of ['koine_oY2e6b0mC5w8s1Zq3dVnTg4uHk7JxR9pLfAi-EvNcQ0', 'koine_session_secret', 'a.b.c', ''])
      expect(isSessionToken(key)).toBe(false)
    expect(isSessionToken('koine_session_a.b.c')).toBe(true)
  })
})

describe('is no session token', () => {
  const verify = async (token: string) => createSessionTokens(OLD, at(NOW)).verify(token)

  it('what is made by hand is one where nothing is wrong with it', async () => {
    expect(await verify(await forged())).toMatchObject({ key: 'k1', verbs: ['list', 'get'] })
  })

  it('one without a signature, whatever it says of its algorithm', async () => {
    const [, payload] = (await forged()).split('.')
    for (const alg of ['none', 'None', 'NONE', 'HS256'])
      for (const signature of ['', 'AA', 'none'])
        expect(
          await verify(`koine_session_${encoded({ alg, kid: 'default' })}.${payload}.${signature}`),
        ).toBeUndefined()
  })

  it('one of another algorithm, although the key is right', async () => {
    const key = new Uint8Array(64)
    key.set(keyFrom(OLD))
    for (const alg of ['HS384', 'HS512']) expect(await verify(await forged({ alg }, {}, key))).toBeUndefined()
  })

  it('one that is signed with another key', async () => {
    for (const key of [
      keyFrom(NEW),
      new Uint8Array(Buffer.from(OLD, 'base64')),
      keyFrom(OLD, 'koine row mac'),
      keyFrom(OLD, ''),
      new Uint8Array(32),
    ])
      expect(await verify(await forged({}, {}, key))).toBeUndefined()
  })

  it('one whose key is not listed, or is named by what no map should find', async () => {
    for (const kid of ['2027', '', '__proto__', 'constructor', '../default'])
      expect(await verify(await forged({ kid }))).toBeUndefined()
  })

  it('one that is meant for something else', async () => {
    expect(await verify(await forged({ typ: 'JWT' }))).toBeUndefined()
    for (const claims of [{ iss: 'other' }, { aud: 'other' }, { aud: undefined }, { exp: undefined }, { exp: 'soon' }])
      expect(await verify(await forged({}, claims))).toBeUndefined()
    expect(await verify(await forged({}, { nbf: NOW / 1000 + 30 }))).toBeUndefined()
  })

  it('one of which a part was changed', async () => {
    const [head = '', payload = '', signature = ''] = (await forged()).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const widened = encoded({ ...claims, verbs: ['list', 'get', 'create', 'update', 'delete'], models: undefined })
    const longer = encoded({ ...claims, exp: claims.exp + 3600 })
    for (const parts of [
      [head, widened, signature],
      [head, longer, signature],
      [head, payload, `${signature.slice(0, -2)}AA`],
      [head, payload, signature, signature],
    ])
      expect(await verify(parts.join('.'))).toBeUndefined()
  })

  it('any other text of that form, or a very long one', async () => {
    for (const part of ['a', '__', Buffer.from('{}').toString('base64url'), encoded([1]), encoded({ alg: ['HS256'] })])
      for (const second of ['a', encoded({}), encoded([])])
        expect(await verify(`koine_session_${part}.${second}.${part}`)).toBeUndefined()
    expect(await verify(await forged({}, { models: ['x'.repeat(9_000)] }))).toBeUndefined()
    expect(await verify(`koine_session_${'a'.repeat(20_000)}.b.c`)).toBeUndefined()
  })
})
