import { linkTo } from '../provider/link-header.ts'
import type { ResponseHeaders } from '../services.ts'
import { matcher } from './errors.ts'
import { getter, isNothing, type Path, parsePath, put } from './path.ts'
import type { Page } from './schema/index.ts'

/** Where a walk through pages stands; sealed into our cursor. */
export interface PageState {
  /** Records asked for on each page. */
  readonly limit: number
  readonly cursor?: unknown
  readonly offset?: number
  readonly page?: number
  readonly last?: unknown
  /** The address of the next page, as the provider gave it. */
  readonly url?: string
  /** A mark of the page just answered, where the next one does not follow its last record: the same page again is the end. */
  readonly mark?: string
}
/** What a page's answer was asked with. */
export interface Asked {
  readonly limit: number
  readonly offset?: number | undefined
  readonly page?: number | undefined
  /** Whether the next page starts after the last record. */
  readonly keyset: boolean
  /** Paths of the last record that the next page needs. */
  readonly keeps: readonly Path[]
  readonly state?: PageState | undefined
}
export type Next = (
  asked: Asked,
  answer: { body: unknown; headers: ResponseHeaders; records: readonly unknown[] },
) => PageState | undefined

/**
 * Compiles how the next page is asked for. The walk always ends: a provider that names the page just answered as the
 * next one has come to its end.
 */
export function compileNext(page: Page | undefined): Next {
  if (!page) return () => undefined
  const at = (path: string | undefined) => (path === undefined ? undefined : getter(parsePath(path) ?? []))
  const cursor = at(page.cursor)
  const url = at(page.url)
  const more = page.more && matcher(page.more)

  return (asked, { body, headers, records }) => {
    if (more && !more(body)) return undefined
    const keep = { limit: asked.limit }
    // A short page is the last, unless the provider names a next one: it may cut a page before its limit.
    const isCut = !isNothing(cursor?.(body)) || !isNothing(url?.(body))
    const isFull = records.length > 0 && (more !== undefined || isCut || records.length >= asked.limit)
    if (asked.keyset) {
      if (!isFull) return undefined
      const last: Record<string, unknown> = {}
      for (const path of asked.keeps) put(last, path, getter(path)(records.at(-1)))
      return isSame(asked.state?.last, last) ? undefined : { ...keep, last }
    }
    // Also where each page is named anew: nobody has the same records twice in a row.
    const mark = records.length > 0 ? markOf(records) : undefined
    if (mark !== undefined && asked.state?.mark === mark) return undefined
    const marked = { ...keep, ...(mark !== undefined && { mark }) }
    if (cursor) {
      const next = cursor(body)
      return isNothing(next) || isSame(asked.state?.cursor, next) ? undefined : { ...marked, cursor: next }
    }
    const address = url ? url(body) : page.link ? linkTo('next', headers.get('link') ?? '') : undefined
    const isCounted = page.offset !== undefined || page.number !== undefined
    if ((url || page.link) && !isCounted)
      return typeof address === 'string' && address !== '' && address !== asked.state?.url
        ? { ...marked, url: address }
        : undefined
    if (!isFull) return undefined
    if (page.offset !== undefined) return { ...marked, offset: (asked.offset ?? page.offset) + records.length }
    if (page.number !== undefined) return { ...marked, page: (asked.page ?? page.number) + 1 }
    return undefined
  }
}

/** A short mark (FNV-1a) of a page's first and last record: a provider that ignores a count answers them for ever. */
function markOf(records: readonly unknown[]): string {
  const text = JSON.stringify([records[0], records.at(-1)])
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(36)
}

const isSame = (before: unknown, next: unknown): boolean => JSON.stringify(before) === JSON.stringify(next)
