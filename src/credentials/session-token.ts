import { hkdfSync } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Verb } from '../mapping/errors.ts'
import type { Clock } from '../services.ts'
import { hashOf } from '../store/api-keys.ts'
import { RecentlyUsed } from '../store/recently-used.ts'
import { readMasterKey } from './master-key.ts'

/** What a session token lets a browser do; the names are those of the token's claims. */
export interface SessionGrant {
  /** Id of the environment. */
  readonly environment: string
  /** Id of the key that made the token, which ends with it and never does more than it. */
  readonly key: string
  /** The connection; the token ends with it, so that one made anew under the same id is another. */
  readonly connection: { readonly uuid: string; readonly id: string; readonly integration: string }
  /** Names of models; missing for all of them. */
  readonly models?: readonly string[] | undefined
  readonly verbs: readonly Verb[]
  /** Origins of pages; missing for all that the environment allows. */
  readonly origins?: readonly string[] | undefined
}
/** A grant as it is read from a token. */
export interface Session extends SessionGrant {
  /** When it ends, in milliseconds since 1970. */
  readonly ends: number
}
/** What a token turned out to be: `ended` was signed by this gateway and has expired, undefined is none of its own. */
export type VerifiedSession = Session | 'ended' | undefined

/** Makes and reads session tokens. Nothing of them is stored. */
export interface SessionTokens {
  /** Signs a token; `ends` is in milliseconds since 1970 and counts by whole seconds. */
  sign(session: Session): Promise<string>
  /** Reads a token: at once where it was read before. */
  verify(token: string): VerifiedSession | Promise<VerifiedSession>
}

/** What tokens begin with, so that they are told from keys without a look at either. */
const PREFIX = 'koine_session_'
/** A JSON Web Signature in its compact form (RFC 7515, 7.1), with a signature. */
const TOKEN = /^koine_session_[\w-]+\.[\w-]+\.[\w-]+$/
/** Characters of the longest token that is looked at; one with all that `POST /sessions` accepts has some 6,000. */
const LONGEST = 8_192

/** Whether a credential is a session token, by its form alone. */
export const isSessionToken = (credential: string): boolean => credential.startsWith(PREFIX) && TOKEN.test(credential)

// The one algorithm, and what tells these tokens from any other that is signed with a key of the same master key.
const ALGORITHM = 'HS256'
const TYPE = 'koine-session+jwt'
const ISSUER = 'koine'
const AUDIENCE = 'koine/records'
const PURPOSE = 'koine session tokens'

/** Tokens that are remembered once they were verified, and what they may take in memory. */
const ENTRIES = 10_000
const BYTES = 8 * 1024 * 1024
/** Bytes that a character of a token takes as parsed claims, about. */
const CHARACTER_BYTES = 4

/**
 * Makes session tokens under the master key: each of its keys gives one (HKDF, RFC 5869) that is used for these alone.
 * The first signs and all verify, so that tokens go on while the master key is being replaced. `now` is in milliseconds
 * since 1970.
 *
 * @example
 * const tokens = createSessionTokens(config.KOINE_MASTER_KEY, Date.now)
 * const token = await tokens.sign({ environment, key, connection, verbs: ['list'], ends: Date.now() + 900_000 })
 */
export function createSessionTokens(masterKey: string, now: Clock): SessionTokens {
  const masters = readMasterKey(masterKey)
  const [first = ''] = masters.keys()
  const known = new RecentlyUsed<Session>({ entries: ENTRIES, bytes: BYTES })
  // Keys and no promises of keys: on Workers a promise belongs to the request that made it.
  const imported = new Map<string, CryptoKey>()
  async function keyOf(id: string): Promise<CryptoKey> {
    const known = imported.get(id)
    if (known) return known
    const master = masters.get(id)
    if (!master) throw new errors.JWSInvalid('there is no such key')
    const bytes = new Uint8Array(hkdfSync('sha256', master, '', PURPOSE, 32))
    const made = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ])
    imported.set(id, made)
    return made
  }
  async function read(token: string, name: string): Promise<VerifiedSession> {
    try {
      const { payload } = await jwtVerify<SessionGrant & { readonly exp: number }>(
        token.slice(PREFIX.length),
        ({ kid }) => keyOf(kid ?? ''),
        {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['exp'],
          currentDate: new Date(now()),
        },
      )
      const { environment, key, connection, models, verbs, origins, exp } = payload
      const session = { environment, key, connection, models, verbs, origins, ends: exp * 1000 }
      known.set(name, session, { bytes: CHARACTER_BYTES * token.length })
      return session
    } catch (error) {
      // Only a token whose signature is right is told so.
      if (error instanceof errors.JWTExpired) return 'ended'
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }
  return {
    async sign({ ends, ...grant }) {
      const signed = await new SignJWT({ ...grant })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: first })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(Math.floor(ends / 1000))
        .sign(await keyOf(first))
      return PREFIX + signed
    },
    verify(token) {
      if (token.length > LONGEST || !isSessionToken(token)) return undefined
      const name = hashOf(token)
      const session = known.get(name)
      if (!session) return read(token, name)
      if (session.ends > now()) return session
      known.delete(name)
      return 'ended'
    },
  }
}
