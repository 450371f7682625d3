import { asRow, eachOf, mapOf, positionsOf } from '../../../sandbox/stub/rows.ts'
import { getter, isObject, type Path, parsePath, show } from '../../../src/mapping/path.ts'
import type { WriteVerb } from '../../../src/mapping/row.ts'
import type { ValueRow } from '../../../src/mapping/schema/index.ts'
import type { TableRow } from '../../../src/mapping/table.ts'

export { asRow, eachOf, mapOf, positionsOf }

const targetOf = (spec: ValueRow, verb: WriteVerb): unknown => spec[verb] ?? spec.write ?? spec.at ?? spec.read
/** Whether a value is written to a place from which it is read again. */
function isSymmetric(given: string | ValueRow, verb: WriteVerb): boolean {
  const spec = asRow(given)
  if (spec.const !== undefined) return true
  const reads = spec.join ?? [spec.read ?? spec.at ?? []].flat()
  const target = targetOf(spec, verb)
  if (target === false) return true
  // Of several places the first that has a value is read: a value written behind another may stay unseen.
  return typeof target === 'string' && (spec.join ? reads.includes(target) : reads[0] === target)
}

/** Rows that are read and written in different places are outside the laws: only pairs of fixtures prove them. */
export function isOutside({ spec }: TableRow, verb: WriteVerb): boolean {
  const positions = positionsOf(spec)
  const each = eachOf(spec)
  if (mapOf(spec) !== undefined) return false
  const members = positions
    ? positions.flatMap(position => Object.values(position))
    : each
      ? [...Object.values(each.row ?? {}), ...(each.item === undefined || each.item === '' ? [] : [each.item])]
      : [spec as string | ValueRow]
  return !members.every(member => isSymmetric(member, verb))
}

const leaves = (node: unknown, at: string): string[] =>
  Array.isArray(node)
    ? node.flatMap(n => leaves(n, at))
    : isObject(node)
      ? Object.entries(node).flatMap(([key, n]) => leaves(n, at === '' ? key : `${at}.${key}`))
      : [at]
const names = (path: Path): string => show(path).replace(/\[[^\]]*\]/g, '')
/** The places that a row writes, templates included, as names with dots. */
export function writesOf(row: TableRow, verb: WriteVerb): string[] {
  const spec = row.spec
  if (positionsOf(spec) || eachOf(spec) || mapOf(spec) !== undefined) return row.writes.map(names)
  const target = targetOf(asRow(spec as string | ValueRow), verb)
  if (isObject(target)) return leaves(target, '')
  return typeof target === 'string' ? [names(parsePath(target) ?? [])] : []
}
export const readsOf = (row: TableRow): string[] => row.reads.map(names)
/** Whether two lists of places meet. */
export const meet = (a: readonly string[], b: readonly string[]): boolean =>
  a.some(x => b.some(y => x === y || x.startsWith(`${y}.`) || y.startsWith(`${x}.`)))

export const at = (source: unknown, path: string): unknown => getter(parsePath(path) ?? [])(source)
