import { Buffer } from 'node:buffer'
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import type { PageState } from '../mapping/paging.ts'

/** What a cursor holds: the query of the first page, and where the next one begins. */
export interface Cursor {
  /** The connection's uuid. */
  readonly connection: string
  readonly model: string
  readonly filters: Readonly<Record<string, string>>
  readonly sort?: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
  readonly fields?: readonly string[] | undefined
  readonly limit: number
  readonly state: PageState
}

/** Encrypts cursors, so that callers can neither read nor make one. */
export interface Cursors {
  seal(cursor: Cursor): string
  /** Reads a cursor; undefined for a text that `seal` did not make. */
  open(text: string): Cursor | undefined
}

/** Bytes of an AES-GCM initialisation vector and tag (NIST SP 800-38D). */
const IV = 12
const TAG = 16
/** Random bytes, drawn many at a time: drawing takes longer than the rest of sealing a cursor. */
const pool = Buffer.alloc(IV * 340)
let used = pool.length
function takeIv(): Buffer {
  if (used + IV > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += IV
  return Buffer.from(pool.subarray(used - IV, used))
}
const VERSION = Buffer.from('koine-cursor-1')

/**
 * Makes cursors under the master key: each of its entries gives a key that is used for cursors alone. The first seals
 * and all open, so that a caller can go on to the next page while the master key is being replaced. Synchronous, as
 * every page of a list has a cursor.
 */
export function createCursors(masterKey: string): Cursors {
  const [first, ...others] = masterKey
    .split(',')
    .map(entry => createSecretKey(createHash('sha256').update('koine cursors\0').update(entry.trim()).digest()))
  if (!first) throw new Error('There is no master key.')
  const openWith = (key: KeyObject, bytes: Buffer): string | undefined => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG })
      decipher.setAAD(VERSION)
      decipher.setAuthTag(bytes.subarray(-TAG))
      return decipher.update(bytes.subarray(IV, -TAG), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      return undefined
    }
  }
  return {
    seal(cursor) {
      const iv = takeIv()
      const cipher = createCipheriv('aes-256-gcm', first, iv, { authTagLength: TAG })
      cipher.setAAD(VERSION)
      const text = Buffer.concat([cipher.update(JSON.stringify(cursor), 'utf8'), cipher.final()])
      return Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url')
    },
    open(text) {
      if (!/^[\w-]{40,}$/.test(text)) return undefined
      const bytes = Buffer.from(text, 'base64url')
      for (const key of [first, ...others]) {
        const plain = openWith(key, bytes)
        if (plain !== undefined) return JSON.parse(plain)
      }
      return undefined
    },
  }
}
