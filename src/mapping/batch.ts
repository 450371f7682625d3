import { type Failure, fail } from '../problem/index.ts'
import { down } from '../problem/pointer.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { compileAnswers } from './batch-answer.ts'
import { type BatchAnswer, type BatchRecord, keyOf } from './batch-record.ts'
import type { ListParts } from './list.ts'
import { lay } from './path.ts'
import { compileRequest } from './request.ts'
import type { BatchRequest } from './schema/index.ts'
import { compileFill, OMIT, onlyPlaceholders, type Selection } from './template.ts'
import type { RecordVerb } from './verb.ts'

/** What a request for several records is filled with. */
export interface BatchAsk {
  readonly records: readonly BatchRecord[]
  readonly select?: Selection | undefined
  readonly connection: unknown
  readonly baseUrl?: string | undefined
}
/** A provider's own request for several records at once, and how its answer is read. */
export interface CompiledBatch {
  readonly spec: BatchRequest
  /** The most records of one request. */
  readonly max: number
  build(ask: BatchAsk): { request: ProviderRequest } | { refused: Failure }
  /** What the answer says of each record, in the order of `records`; or why the provider refused all of them. */
  read(
    response: ProviderResponse,
    records: readonly BatchRecord[],
  ): { answers: readonly BatchAnswer[] } | { refused: Failure }
}

/** Compiles what one record is in `{items}`: literals of `item`, the record over them, placeholders last. */
function compileItem(spec: BatchRequest, pointer: string, parts: ListParts) {
  const { item = {} } = spec
  const where = { place: 'body', report: parts.report } as const
  const literal = compileFill(item, pointer, where)
  const isPlaced = JSON.stringify(item).includes('"{record}"')
  const last = onlyPlaceholders(item)
  const over = last === undefined ? undefined : compileFill(last, pointer, { ...where, report: () => {} })
  return ({ id, record }: BatchRecord, place: number): unknown => {
    const values = { id, record, key: keyOf(place) }
    const made = literal(values)
    if (isPlaced || record === undefined) return made === OMIT ? {} : made
    const laid = lay(made === OMIT ? {} : made, record)
    const placed = over?.(values)
    return placed === undefined || placed === OMIT ? laid : lay(laid, placed)
  }
}

/** Compiles the request for several records of a verb; undefined where it names no method or no `max`. */
export function compileBatch(verb: RecordVerb, spec: BatchRequest, parts: ListParts): CompiledBatch | undefined {
  const { report, id: provider } = parts
  const pointer = `/${verb}/batch`
  const build = compileRequest(spec, parts.provider, pointer, report)
  if (!build) report(pointer, 'the request names no method with its path')
  if (spec.max === undefined) report(pointer, 'says not how many records one request may have: `max`')
  const itemOf = compileItem(spec, down(pointer, 'item'), parts)
  const readAnswers = compileAnswers(verb, spec, pointer, parts)
  if (!build || spec.max === undefined) return undefined
  return {
    spec,
    max: spec.max,
    build({ records, select, connection, baseUrl }) {
      const ids = records.flatMap(({ id }) => id ?? [])
      const made = build({ items: records.map(itemOf), ids, select, connection }, { baseUrl })
      if (!('unfilled' in made)) return made
      return { refused: fail('record-not-found', { provider }).failure }
    },
    read: readAnswers,
  }
}
