import { Buffer } from 'node:buffer'
import { SealError } from '../store/aad.ts'

const ENTRY = /^(?:([A-Za-z0-9_-]{1,32}):)?([A-Za-z0-9+/_-]{43}=?)$/

/**
 * Reads `KOINE_MASTER_KEY`: `base64`, or `id:base64,id:base64`. A key without an id has the id `default`. Throws a
 * `SealError` where it is malformed.
 */
export function readMasterKey(masterKey: string): Map<string, Buffer> {
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
