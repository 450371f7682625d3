import { Buffer } from 'node:buffer'
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { type Seal, SealError } from '../store/aad.ts'
import { readMasterKey } from './master-key.ts'

const VERSIONS: ReadonlySet<string> = new Set(['v1', 'v2'])
/** Bytes of an AES-GCM initialisation vector (NIST SP 800-38D, 5.2.1.1). */
const IV = 12

/**
 * Makes a seal of AES-GCM with the master key: `base64`, or `id:base64,id:base64`, where the first seals and all open.
 * MACs are HMAC-SHA-256 under a key that is derived from it for that alone. Throws a `SealError` where the master key
 * is malformed; so do its functions where a text does not open.
 *
 * @example
 * const { seal, open } = createSeal(config.KOINE_MASTER_KEY)
 * const sealed = await seal('secret', 'connections/credentials/4f1c') // v1.default.<iv>.<text>
 */
export function createSeal(masterKey: string): Seal {
  const raw = readMasterKey(masterKey)
  const [first = ''] = raw.keys()
  const bytesOf = (id: string): Buffer => {
    const bytes = raw.get(id)
    if (!bytes) throw new SealError(`It was sealed with the key "${id}", which KOINE_MASTER_KEY does not hold.`)
    return bytes
  }
  // Keys and no promises of keys: on Workers a promise belongs to the request that made it.
  const imported = new Map<string, CryptoKey>()
  const keyOf = async (id: string): Promise<CryptoKey> => {
    const key =
      imported.get(id) ??
      (await crypto.subtle.importKey('raw', new Uint8Array(bytesOf(id)), 'AES-GCM', false, ['encrypt', 'decrypt']))
    imported.set(id, key)
    return key
  }
  const parameters = (iv: Uint8Array<ArrayBuffer>, bound: string) => ({
    name: 'AES-GCM',
    iv,
    additionalData: new TextEncoder().encode(bound),
  })
  const macKeys = new Map<string, Buffer>()
  const macOf = (id: string, text: string): Buffer => {
    // HKDF (RFC 5869), so that no MAC says anything about the key that seals.
    const key = macKeys.get(id) ?? Buffer.from(hkdfSync('sha256', bytesOf(id), '', 'koine row mac', 32))
    macKeys.set(id, key)
    return createHmac('sha256', key).update(text).digest()
  }
  return {
    async seal(plain, aad, version = 'v1') {
      const id = first
      const iv = crypto.getRandomValues(new Uint8Array(IV))
      const text = await crypto.subtle.encrypt(
        parameters(iv, `${version}.${id}.${aad}`),
        await keyOf(id),
        new TextEncoder().encode(plain),
      )
      return [version, id, Buffer.from(iv).toString('base64url'), Buffer.from(text).toString('base64url')].join('.')
    },
    async open(sealed, aad) {
      const [version = '', id, iv, text, ...rest] = sealed.split('.')
      if (!VERSIONS.has(version) || id === undefined || iv === undefined || text === undefined || rest.length > 0)
        throw new SealError('The text is not sealed in a way that this version knows.')
      const key = await keyOf(id)
      try {
        const plain = await crypto.subtle.decrypt(
          parameters(new Uint8Array(Buffer.from(iv, 'base64url')), `${version}.${id}.${aad}`),
          key,
          new Uint8Array(Buffer.from(text, 'base64url')),
        )
        return new TextDecoder().decode(plain)
      } catch {
        throw new SealError('The sealed text was altered, moved from its place, or sealed with another key of that id.')
      }
    },
    sign: async text => `m1.${first}.${macOf(first, text).toString('base64url')}`,
    async verify(mac, text) {
      const [version, id, given, ...rest] = mac.split('.')
      if (version !== 'm1' || id === undefined || given === undefined || rest.length > 0)
        throw new SealError('The MAC is not one that this version knows.')
      const expected = macOf(id, text)
      const bytes = Buffer.from(given, 'base64url')
      if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected))
        throw new SealError('The row is not as the gateway wrote it.')
    },
    isCurrent: made => made.split('.', 2)[1] === first,
  }
}
