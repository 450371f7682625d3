import type { ProviderResponse } from '../provider/json-response.ts'
import type { CompiledList, ListPage } from './list.ts'
import { isNothing, isObject } from './path.ts'
import type { Reader, Unified, Warning } from './read.ts'

/** Reads records one by one: what is no record, or has no id, is a warning; what is skipped is left out. */
export function readAll(
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
): Omit<ListPage, 'next'> {
  const warnings: Warning[] = []
  const data: Unified[] = []
  const ids = new Set<unknown>()
  for (const record of records) {
    if (!isObject(record)) {
      warnings.push({ field: '', code: 'unreadable', detail: 'An element of the provider’s list is no record.' })
      continue
    }
    if (how.skip?.(record)) continue
    const unified = read(how.inject ? { ...record, ...how.inject } : record, warnings)
    if (unified.id === undefined) {
      warnings.push({
        field: 'id',
        code: 'unreadable',
        detail: 'A record of the provider’s list has no id; it is left out.',
      })
      continue
    }
    if (ids.has(unified.id))
      warnings.push({
        record: unified.id as string,
        field: 'id',
        code: 'duplicate',
        detail: 'The provider’s page has several records of this id.',
      })
    ids.add(unified.id)
    if (how.keep?.(unified) === false) continue
    for (const field of how.extra ?? []) delete unified[field]
    if (how.raw) unified.raw = record
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
