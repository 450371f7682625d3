import { Buffer } from 'node:buffer'
import type { Seal } from '../store/index.ts'

/** A sealed text does not open, or the master key is malformed. Its message never holds a secret. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const VERSION = 'v1'
const ENTRY = /^(?:([A-Za-z0-9_-]{1,32}):)?([A-Za-z0-9+/_-]{43}=?)$/
/** Bytes of an AES-GCM initialisation vector (NIST SP 800-38D, 5.2.1.1). */
const IV = 12

function readMasterKey(masterKey: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>()
  for (const [index, entry] of masterKey.split(',').entries()) {
    const [, id = 'default', text] = ENTRY.exec(entry.trim()) ?? []
    const at = `KOINE_MASTER_KEY, entry ${index + 1}:`
    if (text === undefined)
      throw new SealError(`${at} is not base64 of 32 bytes, with or without an id before it (\`id:base64\`).`)
    if (keys.has(id)) throw new SealError(`${at} has the same id as an earlier one ("${id}").`)
    keys.set(id, Buffer.from(text, 'base64'))
  }
  return keys
}

/**
 * Makes a seal of AES-GCM with the master key: `base64`, or `id:base64,id:base64`, where the first seals and all open. A
 * key without an id has the id `default`. Throws a `SealError` where the master key is malformed; so do its functions
 * where a text does not open.
 *
 * @example
 * const { seal, open } = createSeal(config.KOINE_MASTER_KEY)
 * const sealed = await seal('secret', 'connections/credentials/4f1c') // v1.default.<iv>.<text>
 */
export function createSeal(masterKey: string): Seal {
  const raw = readMasterKey(masterKey)
  const [first = ''] = raw.keys()
  // Keys and no promises of keys: on Workers a promise belongs to the request that made it.
  const imported = new Map<string, CryptoKey>()
  const keyOf = async (id: string): Promise<CryptoKey> => {
    const bytes = raw.get(id)
    if (!bytes) throw new SealError(`The text was sealed with the key "${id}", which KOINE_MASTER_KEY does not hold.`)
    const key =
      imported.get(id) ??
      (await crypto.subtle.importKey('raw', new Uint8Array(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']))
    imported.set(id, key)
    return key
  }
  const parameters = (iv: Uint8Array<ArrayBuffer>, id: string, aad: string) => ({
    name: 'AES-GCM',
    iv,
    additionalData: new TextEncoder().encode(`${VERSION}.${id}.${aad}`),
  })
  return {
    async seal(plain, aad) {
      const id = first
      const iv = crypto.getRandomValues(new Uint8Array(IV))
      const text = await crypto.subtle.encrypt(
        parameters(iv, id, aad),
        await keyOf(id),
        new TextEncoder().encode(plain),
      )
      return [VERSION, id, Buffer.from(iv).toString('base64url'), Buffer.from(text).toString('base64url')].join('.')
    },
    async open(sealed, aad) {
      const [version, id, iv, text, ...rest] = sealed.split('.')
      if (version !== VERSION || id === undefined || iv === undefined || text === undefined || rest.length > 0)
        throw new SealError('The text is not sealed in a way that this version knows.')
      const key = await keyOf(id)
      try {
        const plain = await crypto.subtle.decrypt(
          parameters(new Uint8Array(Buffer.from(iv, 'base64url')), id, aad),
          key,
          new Uint8Array(Buffer.from(text, 'base64url')),
        )
        return new TextDecoder().decode(plain)
      } catch {
        throw new SealError('The sealed text was altered, moved from its place, or sealed with another key of that id.')
      }
    },
  }
}
