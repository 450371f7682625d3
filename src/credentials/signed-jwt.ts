import { Buffer } from 'node:buffer'
import { importPKCS8, SignJWT } from 'jose'
import { fillAll, type Values } from './fill.ts'
import { asPkcs8 } from './pem.ts'

/** How a JSON Web Token is made: `algorithm`, `header`, `claims` and `lifetime` of `auth`. */
export interface JwtSpec {
  readonly algorithm: 'RS256' | 'ES256' | 'HS256'
  readonly header?: Readonly<Record<string, string>> | undefined
  readonly claims?: Readonly<Record<string, string>> | undefined
  readonly lifetime: number
}

/**
 * Seconds by which a token is dated back, as clocks differ. Its end is counted from there: providers refuse one whose
 * whole life is longer than they allow.
 */
const CLOCK_SKEW = 30
/** Bytes of the shortest key that HS256 may have (RFC 7518, 3.2). */
const SHORTEST_KEY = 32

const keyOf = (algorithm: JwtSpec['algorithm'], key: string) => {
  if (algorithm !== 'HS256') return importPKCS8(asPkcs8(key), algorithm)
  const bytes = new Uint8Array(Buffer.from(key, 'hex'))
  if (bytes.length < SHORTEST_KEY) throw new TypeError('the key is too short')
  return bytes
}

/**
 * Signs a JSON Web Token (RFC 7519) with a key: PEM, or hexadecimal for HS256. Answers the token and when it ends, in
 * milliseconds since 1970; undefined where the key cannot sign so.
 */
export async function signJwt(
  { algorithm, header, claims, lifetime }: JwtSpec,
  key: string,
  values: Values,
  now: number,
): Promise<{ token: string; ends: number } | undefined> {
  const issued = Math.floor(now / 1000) - Math.min(CLOCK_SKEW, Math.floor(lifetime / 2))
  const ends = issued + lifetime
  try {
    const token = await new SignJWT(fillAll(claims, values))
      .setProtectedHeader({ typ: 'JWT', ...fillAll(header, values), alg: algorithm })
      .setIssuedAt(issued)
      .setExpirationTime(ends)
      .sign(await keyOf(algorithm, key))
    return { token, ends: ends * 1000 }
  } catch {
    // jose says what is wrong with the key, in words that may quote it.
    return undefined
  }
}
