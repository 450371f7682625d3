import { down } from '../../problem/pointer.ts'
import type { Mapping } from '../compile.ts'
import { isObject } from '../path.ts'
import type { Report } from '../report.ts'
import { compileSelect } from '../select.ts'
import { compileTable } from '../table.ts'

/** A name as a customer's own field may have it. */
const SAMPLE = 'own_field'

/**
 * Reports a `describe.path` that `{select}` cannot ask for: such a field would be mapped by `field_mappings`, and never
 * come.
 */
export function checkProjection({ file, model }: Mapping, report: Report): void {
  const { select, describe } = file
  if (!select || !describe || !JSON.stringify([file.list, file.get]).includes('{select}')) return
  const paths = isObject(describe.path)
    ? Object.entries(describe.path).map(([type, path]) => ({ path, at: down('/describe/path', type) }))
    : [{ path: describe.path, at: '/describe/path' }]
  for (const { path, at } of paths) {
    const own = { 'custom_fields.sample': path.replaceAll('{name}', SAMPLE) }
    const table = compileTable(model, { ...file, fields: {}, update: undefined }, own, () => {})
    const asked = compileSelect({ ...file, select: { ...select, always: [] }, exclude: undefined }, table, () => {})
    const isSent = select.never?.includes(path.split('.')[0]!)
    if (asked(undefined).length === 0 && !isSent)
      report(
        at,
        `"${path}" cannot be asked for: ${select.under === undefined ? 'it names no key' : `\`select\` names only what is under "${select.under}"`}`,
      )
  }
}
