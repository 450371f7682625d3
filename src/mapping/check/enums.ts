import type { Field, Model } from '../../models/index.ts'
import { down } from '../../problem/pointer.ts'
import { type ExpandedFile, listsOf } from '../expand.ts'
import { entry, isObject } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import { type FieldRow, type Filter, kindOf, type ValueRow } from '../schema/index.ts'

type Enum = NonNullable<ValueRow['enum']>
type Members = Readonly<Record<string, string | ValueRow>>

/** The closed list of a field or member, where the model closes it. */
const optionsOf = (field: object | undefined): readonly string[] | undefined =>
  field && 'options' in field ? (field.options as readonly string[] | undefined) : undefined

/** Keys of ours that the model does not have; a value that is not listed is `other`. */
function checkKeys(options: readonly string[] | undefined, given: Enum | undefined, at: string, report: Report): void {
  if (!options || !given) return
  for (const name of Object.keys(given))
    if (name !== 'other' && !options.includes(name))
      report(down(at, name), `no value "${name}" in the model; ${nearest(name, options)}`)
}

function checkMembers(field: Field | undefined, members: Members | undefined, at: string, report: Report): void {
  const known = field?.type === 'rows' ? field.members : {}
  for (const [name, row] of Object.entries(members ?? {})) {
    if (typeof row !== 'object') continue
    const options = optionsOf(entry(known, name))
    checkKeys(options, row.enum, down(down(at, name), 'enum'), report)
    if (row.const !== undefined) checkKeys(options, { [row.const]: '' }, down(at, name), report)
  }
}

function checkRow(field: Field | undefined, spec: FieldRow, at: string, report: Report): void {
  const kind = kindOf(spec)
  if (kind.type === 'value' && typeof kind.row === 'object')
    checkKeys(optionsOf(field), kind.row.enum, down(at, 'enum'), report)
  if (kind.type === 'each') checkMembers(field, kind.row.row, down(at, 'row'), report)
  if (kind.type === 'positions')
    for (const [i, position] of kind.row.positions.entries())
      checkMembers(field, position, down(down(at, 'positions'), i), report)
}

const isSeveral = (options: Enum | Exclude<Filter, string>['enum']): boolean =>
  Object.values(options ?? {}).some(theirs => Array.isArray(theirs) && theirs.length > 1)

/** Reports values of ours that the model does not have, in rows and in filters. */
export function checkEnums(file: ExpandedFile, model: Model, report: Report): void {
  for (const [name, spec] of Object.entries(file.fields))
    checkRow(entry(model.fields, name), spec, down('/fields', name), report)
  for (const [i, { filters }] of listsOf(file).entries()) {
    const at = Array.isArray(file.list) ? `/list/${i}/filters` : '/list/filters'
    for (const [name, filter] of Object.entries(isObject(filters) ? filters : {}))
      if (isObject(filter))
        checkKeys(
          optionsOf(entry(model.fields, model.filters[name] ?? '')),
          (filter as Exclude<Filter, string>).enum as Enum | undefined,
          down(down(at, name), 'enum'),
          report,
        )
  }
}

/** Reports an `in` of a filter where no value of ours is several of theirs: it is never used. */
export function checkIn(file: ExpandedFile, model: Model, report: Report): void {
  for (const [i, { filters }] of listsOf(file).entries()) {
    const at = Array.isArray(file.list) ? `/list/${i}/filters` : '/list/filters'
    for (const [name, given] of Object.entries(isObject(filters) ? filters : {})) {
      const filter = given as Filter
      if (typeof filter === 'string' || filter.in === undefined) continue
      const row = entry(file.fields, (model.filters[name] ?? '').split('.')[0]!)
      const own = isObject(row) && 'enum' in row ? (row as ValueRow).enum : undefined
      if (!isSeveral(filter.enum ?? own))
        report(down(down(at, name), 'in'), '`in` is for a value of ours that is several of theirs, and there is none')
    }
  }
}
