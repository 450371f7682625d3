import { type Failure, fail } from '../problem/index.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import type { CompiledList, ListPage } from './list.ts'
import { isNothing, isObject } from './path.ts'
import { addRaw } from './raw.ts'
import type { Reader, Unified } from './read.ts'
import { note, type Warning } from './warnings.ts'

/**
 * Records of one page that are read at most: ten times as many as were asked for, and always a thousand, as some
 * providers send more than that; or what a list may have that comes whole, since its provider knows no pages.
 */
const TIMES = 10
const ALWAYS = 1_000
const UNPAGED = 10_000

/** The problem of a page with far more records than were asked for; undefined where it has not. */
export function pageProblem(
  count: number,
  { limit, max = 0, isPaged }: { limit: number; max?: number | undefined; isPaged: boolean },
  provider: string,
): Failure | undefined {
  const most = isPaged ? Math.max(TIMES * limit, max, ALWAYS) : UNPAGED
  if (count <= most) return undefined
  const detail = `The provider’s page has ${count} records${isPaged ? ` for a limit of ${limit}` : ''}; more than ${most} are not read.`
  return fail('provider-answer-unreadable', { provider, detail }).failure
}

/** Records of one step. */
const STEP = 10

/** Reads records one by one, ten in a step: what is no record, or has no id, is a warning; what is skipped is left out. */
export function* readAll(
  records: readonly unknown[],
  read: Reader,
  how: {
    readonly skip: ((record: unknown) => boolean) | undefined
    readonly raw: boolean
    /** What only the request knows of its records. */
    readonly inject?: Record<string, unknown> | undefined
    readonly keep?: (unified: Unified) => boolean
    /** Fields that were read only for a post filter. */
    readonly extra?: readonly string[]
  },
): Generator<void, Omit<ListPage, 'next'>> {
  const warnings: Warning[] = []
  const data: Unified[] = []
  const ids = new Set<unknown>()
  let count = 0
  for (const record of records) {
    if (++count % STEP === 0) yield
    if (!isObject(record)) {
      note(warnings, { field: '', code: 'unreadable', detail: 'An element of the provider’s list is no record.' })
      continue
    }
    if (how.skip?.(record)) continue
    const unified = read(how.inject ? { ...record, ...how.inject } : record, warnings)
    if (unified.id === undefined) {
      note(warnings, {
        field: 'id',
        code: 'unreadable',
        detail: 'A record of the provider’s list has no id; it is left out.',
      })
      continue
    }
    if (ids.has(unified.id))
      note(warnings, {
        record: unified.id as string,
        field: 'id',
        code: 'duplicate',
        detail: 'The provider’s page has several records of this id.',
      })
    ids.add(unified.id)
    if (how.keep?.(unified) === false) continue
    for (const field of how.extra ?? []) delete unified[field]
    if (how.raw) addRaw(unified, record, warnings)
    data.push(unified)
  }
  return { data, warnings }
}

/** The list in an answer; undefined where there should be one and is none, as in an answer that broke off. */
export function recordsOf(one: CompiledList, { status, body }: ProviderResponse): readonly unknown[] | undefined {
  if (status === 204 || status === 304) return []
  const list = one.records(body)
  if (Array.isArray(list)) return list
  return list === undefined && one.spec.absent_when_empty && (isObject(body) || isNothing(body)) ? [] : undefined
}

/** Whether a record read holds what a filter asked for. */
export function passes(
  record: Unified,
  { name, field, value }: { name: string; field: string; value: string },
): boolean {
  const [top = '', member] = field.split('.')
  const held = record[top]
  if (name.endsWith('_after')) return typeof held === 'string' && Date.parse(held) >= Date.parse(value)
  const same = (v: unknown) => String(v).toLowerCase() === value.toLowerCase()
  if (!Array.isArray(held)) return same(held)
  return held.some(row => same(member && isObject(row) ? row[member] : row))
}
