// The static files of a process: each is read and compressed once, and all requests share the bytes.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Services } from '../services.ts'

const ROOT = new URL('../../openapi/', import.meta.url)
/** Brotli's quality: 9 takes half a second for the script of 4.4 MB; 11, the best, eight, for a tenth less. */
const QUALITY = 9

type Coding = 'br' | 'gzip' | 'identity'
/** A file in one coding. */
interface Kept {
  readonly bytes: Uint8Array
  readonly etag: string
}

const compress = {
  br: promisify(brotliCompress),
  gzip: promisify(gzip),
}

async function read(path: string, coding: Coding): Promise<Kept> {
  const plain = await readFile(new URL(`.${path}`, ROOT))
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  if (coding === 'identity') return { bytes: plain, etag: `"${hash}"` }
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
  const bytes = coding === 'br' ? await compress.br(plain, { params }) : await compress.gzip(plain)
  return { bytes, etag: `"${hash}-${coding}"` }
}

/** The coding to answer with: one that the header `Accept-Encoding` names and does not refuse, the smaller first. */
function codingOf(accepted: string): Coding {
  const named = new Map(
    accepted.split(',').map(part => {
      const [name = '', weight = ''] = part.toLowerCase().split(';')
      return [name.trim(), !/^\s*q=0(\.0*)?\s*$/.test(weight)]
    }),
  )
  const takes = (coding: Coding) => named.get(coding) ?? named.get('*') ?? false
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : 'identity'
}

/** Whether one of the tags in the header `If-None-Match` is this one, compared weakly (RFC 9110, 13.1.2). */
const names = (header: string, etag: string): boolean =>
  header.split(',').some(tag => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)

/** The files below `openapi/`, by their paths. */
export function staticFiles(): Services['asset'] {
  const kept = new Map<string, Promise<Kept>>()
  const find = (path: string, coding: Coding): Promise<Kept> => {
    const key = `${coding} ${path}`
    let found = kept.get(key)
    if (!found) {
      found = read(path, coding)
      kept.set(key, found)
      // A file that is not there may be there later.
      found.catch(() => kept.delete(key))
    }
    return found
  }
  return async (path, asked) => {
    const coding = codingOf(asked.get('accept-encoding') ?? '')
    const found = await find(path, coding).catch(() => undefined)
    if (!found) return undefined
    const headers = { etag: found.etag, vary: 'accept-encoding' }
    if (names(asked.get('if-none-match') ?? '', found.etag)) return { status: 304, body: null, headers }
    return {
      status: 200,
      body: found.bytes,
      headers: {
        ...headers,
        'content-length': String(found.bytes.byteLength),
        ...(coding !== 'identity' && { 'content-encoding': coding }),
      },
    }
  }
}
