import { Buffer } from 'node:buffer'
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import { readMasterKey } from '../credentials/master-key.ts'
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
  /** Reads a cursor; undefined for a text that `seal` did not make, `expired` for one that it made too long ago. */
  open(text: string): Cursor | 'expired' | undefined
}

/** Days for which a cursor is accepted, the one that it was made on apart. Providers forget theirs sooner. */
export const CURSOR_DAYS = 7
/** Days after which a date is none that a cursor was made on, but something made up. */
const LONGEST_AGE = 3650
/** Milliseconds in a day. */
const DAY = 86_400_000

/** Bytes of an AES-GCM initialisation vector and tag (NIST SP 800-38D). */
const IV = 12
const TAG = 16
/** Bytes of the day that a cursor was made on, which stand before the rest. */
const DATE = 4
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
const VERSION = 'koine-cursor-2'

/**
 * Makes cursors under the master key: each of its keys gives one for each day (HKDF, RFC 5869) that is used for cursors
 * alone. The first seals and all open, so that a caller can go on to the next page while the master key is being
 * replaced. Synchronous, as every page of a list has a cursor. `now` is in milliseconds since 1970.
 */
export function createCursors(masterKey: string, now: () => number): Cursors {
  const masters = [...readMasterKey(masterKey).values()]
  /** The keys of a day, one for each of the master key; they are few, as only days within the life of a cursor are asked for. */
  const keysByDay = new Map<number, readonly KeyObject[]>()
  const keysOf = (day: number): readonly KeyObject[] => {
    const known = keysByDay.get(day)
    if (known) return known
    if (keysByDay.size > 2 * CURSOR_DAYS) keysByDay.clear()
    const made = masters.map(master =>
      createSecretKey(Buffer.from(hkdfSync('sha256', master, '', `koine cursors ${day}`, 32))),
    )
    keysByDay.set(day, made)
    return made
  }
  const openWith = (key: KeyObject, bytes: Buffer): string | undefined => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(DATE, DATE + IV), { authTagLength: TAG })
      decipher.setAAD(Buffer.from(VERSION))
      decipher.setAuthTag(bytes.subarray(-TAG))
      return decipher.update(bytes.subarray(DATE + IV, -TAG), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      return undefined
    }
  }
  return {
    seal(cursor) {
      const iv = takeIv()
      const day = Math.floor(now() / DAY)
      const date = Buffer.alloc(DATE)
      date.writeUInt32BE(day)
      const cipher = createCipheriv('aes-256-gcm', keysOf(day)[0]!, iv, { authTagLength: TAG })
      cipher.setAAD(Buffer.from(VERSION))
      const text = Buffer.concat([cipher.update(JSON.stringify(cursor), 'utf8'), cipher.final()])
      return Buffer.concat([date, iv, text, cipher.getAuthTag()]).toString('base64url')
    },
    open(text) {
      if (!/^[\w-]{44,}$/.test(text)) return undefined
      const bytes = Buffer.from(text, 'base64url')
      const day = bytes.readUInt32BE()
      const age = Math.floor(now() / DAY) - day
      // Another process's clock may be ahead.
      if (age < -1) return undefined
      // A made-up text is told the same as an old cursor, which costs nothing to find out.
      if (age > CURSOR_DAYS) return age > LONGEST_AGE ? undefined : 'expired'
      for (const key of keysOf(day)) {
        const plain = openWith(key, bytes)
        if (plain !== undefined) return JSON.parse(plain)
      }
      return undefined
    },
  }
}
