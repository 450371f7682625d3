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

/** What a cursor carries: the query, so that a page needs nothing else, and where the walk stands. */
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

/** Seals cursors, so that nobody reads or makes one. Synchronous, since every page of a list carries one. */
export interface Cursors {
  seal(cursor: Cursor): string
  /** The cursor, or undefined for what this gateway did not make. */
  open(text: string): Cursor | undefined
}

/** Bytes of an AES-GCM initialisation vector and tag (NIST SP 800-38D). */
const IV = 12
const TAG = 16
/** Random bytes, drawn many at a time: each draw is a trip out of JavaScript. */
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
 * Cursors under the master key: each of its entries gives a key for cursors alone. The first seals; all open, so a
 * walk goes on while the master key is rotated.
 */
export function createCursors(masterKey: string): Cursors {
  const keys = masterKey
    .split(',')
    .map(entry => createSecretKey(createHash('sha256').update('koine cursors\0').update(entry.trim()).digest()))
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
      const cipher = createCipheriv('aes-256-gcm', keys[0]!, iv, { authTagLength: TAG })
      cipher.setAAD(VERSION)
      const text = Buffer.concat([cipher.update(JSON.stringify(cursor), 'utf8'), cipher.final()])
      return Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url')
    },
    open(text) {
      if (!/^[\w-]{40,}$/.test(text)) return undefined
      const bytes = Buffer.from(text, 'base64url')
      for (const key of keys) {
        const plain = openWith(key, bytes)
        if (plain !== undefined) return JSON.parse(plain) as Cursor
      }
      return undefined
    },
  }
}
