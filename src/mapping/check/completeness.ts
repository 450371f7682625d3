import type { Model } from '../../models/index.ts'
import { down } from '../../problem/pointer.ts'
import type { Mapping } from '../compile.ts'
import { entry } from '../path.ts'
import { near, nearest, type Report } from '../report.ts'

/** Rows of fields that the model does not have. */
export const strangeRows = ({ file, table }: Pick<Mapping, 'file' | 'table'>): string[] =>
  Object.keys(file.fields).filter(name => !table.byField.has(name))

/** Our fields: each is a row or absent with its reason, never both, never neither. */
export function checkFields({ file, table }: Mapping, model: Model, report: Report): void {
  const names = Object.keys(model.fields)
  const strange = strangeRows({ file, table })
  for (const name of names) {
    const mapped =
      table.byField.has(name) || (name === 'custom_fields' && table.rows.some(row => row.custom !== undefined))
    const absent = entry(file.absent ?? {}, name) !== undefined
    if (mapped && absent) report(down('/absent', name), `"${name}" is mapped and absent at once`)
    // A misspelt row is told once, where it stands.
    if (!mapped && !absent && near(name, [...strange, ...Object.keys(file.absent ?? {})]) === undefined)
      report('/fields', `"${name}" is neither mapped nor declared absent`)
  }
  for (const name of Object.keys(file.absent ?? {}))
    if (!names.includes(name)) report(down('/absent', name), `no field "${name}" in the model; ${nearest(name, names)}`)
  for (const [i, name] of (file.required ?? []).entries())
    if (!table.byField.get(name)?.can('create') && !table.rows.some(row => row.composeFrom.includes(name)))
      report(`/required/${i}`, `"${name}" cannot be written on create`)
  if (!table.byField.has('id')) report('/fields', 'the row `id` is missing')
}
