import { isDeepStrictEqual } from 'node:util'
import type { ExpandedFile } from '../../src/mapping/expand.ts'
import { getter, isNothing, isObject, lay, type Path, parsePath, put } from '../../src/mapping/path.ts'
import type { WriteVerb } from '../../src/mapping/row.ts'
import type { FieldRow, ValueRow } from '../../src/mapping/schema/index.ts'
import { match } from './match.ts'
import { asRow, eachOf, positionsOf, singleOf } from './rows.ts'

type Json = Record<string, unknown>

const pathOf = (text: string): Path => parsePath(text) ?? []

/** The leaves of a template that hold what is written: where they stand, and how they read. */
function leavesOf(template: unknown, at: Path = []): { path: Path; leaf: string }[] {
  if (typeof template === 'string') return template.includes('{value') ? [{ path: at, leaf: template }] : []
  const inside = Array.isArray(template) ? [...template.entries()] : isObject(template) ? Object.entries(template) : []
  return inside.flatMap(([key, inner]) => leavesOf(inner, [...at, { key }]))
}
const isThere = (source: unknown, path: Path): boolean => {
  const parent = getter(path.slice(0, -1))(source)
  const key = path.at(-1)?.key
  return key === undefined ? isObject(parent) : typeof parent === 'object' && parent !== null && key in parent
}

/** Moves one value from where a request writes it to where an answer has it. */
function settleValue(record: Json, sent: Json, spec: ValueRow, verb: WriteVerb): void {
  const target = spec[verb] ?? spec.write ?? spec.at ?? spec.read
  const reads = spec.join ?? [spec.read ?? spec.at ?? []].flat()
  const [first] = reads
  if (first === undefined || spec.const !== undefined || target === false || (isObject(target) && 'by' in target))
    return
  const isPath = typeof target === 'string' && !target.includes('{value')
  if (isPath && (spec.join ? reads.includes(target) : target === first)) return
  const leaves = isPath ? [{ path: pathOf(target), leaf: '{value}' }] : leavesOf(target)
  const isRead = (path: Path) => reads.some(read => JSON.stringify(pathOf(read)) === JSON.stringify(path))
  // A template that writes where it is read, and elsewhere too, needs no help.
  if (!isPath && leaves.some(({ path }) => isRead(path))) return
  for (const { path, leaf } of leaves) {
    if (isRead(path) || !isThere(sent, path)) continue
    const theirs = getter(path)(sent)
    const value = isNothing(theirs) ? undefined : match(leaf, theirs, {})?.value
    if (value !== undefined && !isCleared(spec, sent)) return put(record, pathOf(first), value)
  }
  if (isCleared(spec, sent) || leaves.some(({ path }) => isThere(sent, path) && isNothing(getter(path)(sent))))
    for (const read of reads) if (!isNothing(getter(pathOf(read))(record))) put(record, pathOf(read), null)
}
/** Whether a write says, in a way of its own, that a value is to go. */
function isCleared({ clear }: ValueRow, sent: Json): boolean {
  if (clear === undefined) return false
  if (typeof clear === 'string') return isThere(sent, pathOf(clear)) && isNothing(getter(pathOf(clear))(sent))
  return isDeepStrictEqual(lay(sent, clear), sent)
}

function settleRow(record: Json, sent: Json, spec: FieldRow, verb: WriteVerb): void {
  const value = singleOf(spec)
  if (value) settleValue(record, sent, value, verb)
  for (const member of (positionsOf(spec) ?? []).flatMap(position => Object.values(position)))
    settleValue(record, sent, asRow(member), verb)
  const list = eachOf(spec)
  if (!list) return
  const { each, row = {}, item = '' } = list
  const path = pathOf(each).filter(step => step.pick === undefined)
  const elements = isThere(sent, path) ? getter(path)(record) : undefined
  for (const element of Array.isArray(elements) ? elements.filter(isObject) : [])
    for (const member of [...Object.values(row), ...(item === '' ? [] : [item])])
      settleValue(element, element, asRow(member), verb)
}

/** Where a provider reads a value otherwise than it takes it: the record as it then answers it. */
export function settle(record: Json, sent: Json, { fields }: Pick<ExpandedFile, 'fields'>, verb: WriteVerb): void {
  for (const spec of Object.values(fields)) settleRow(record, sent, spec, verb)
}

/** Puts back what no request can write, where a list that was overwritten held it: the currency beside an amount. */
export function keepFixed(record: Json, before: Json, fixed: readonly Path[]): void {
  for (const path of fixed) {
    const inside = path.findIndex(step => step.pick !== undefined || typeof step.key === 'number')
    if (inside < 0 || !isNothing(getter(path)(record))) continue
    const value = getter(path)(before)
    if (!isNothing(value) && isObject(getter(path.slice(0, inside + 1))(record))) put(record, path, value)
  }
}
