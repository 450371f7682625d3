import type { Catalogue } from '../mapping/catalogue.ts'
import { checkShape } from '../mapping/check/shape.ts'
import { isObject } from '../mapping/path.ts'
import { nearest } from '../mapping/report.ts'
import { valueRow } from '../mapping/schema/index.ts'
import type { FieldOverrides } from '../mapping/table.ts'
import { models } from '../models/index.ts'
import type { Fault } from '../problem/index.ts'
import { down } from '../problem/pointer.ts'

/** Rows that a connection may have for a model. */
const MAX_ROWS = 200

/**
 * The faults of `field_mappings` in a connection's metadata, each with its pointer: an unknown model or field, a row of
 * the wrong shape, a field that the provider cannot be asked for. Empty where there are none.
 */
export async function faultsOfFieldMappings(
  { catalogue }: { readonly catalogue: Catalogue },
  provider: string,
  metadata: Readonly<Record<string, unknown>> | null | undefined,
): Promise<Fault[]> {
  const given = metadata?.field_mappings
  const root = '/metadata/field_mappings'
  if (given === undefined || given === null) return []
  const fault = (pointer: string, detail: string): Fault => ({ pointer, code: 'field-mapping', detail })
  if (!isObject(given)) return [fault(root, 'Send an object: model → field → row.')]
  const faults: Fault[] = []
  for (const [model, rows] of Object.entries(given)) {
    const at = down(root, model)
    if (!catalogue.models(provider).includes(model) || !Object.hasOwn(models, model)) {
      faults.push(fault(at, `The provider has no such model; ${nearest(model, [...catalogue.models(provider)])}.`))
      continue
    }
    if (!isObject(rows) || Object.keys(rows).length > MAX_ROWS) {
      faults.push(fault(at, `Send an object of at most ${MAX_ROWS} rows: field → path, or a value row.`))
      continue
    }
    const before = faults.length
    for (const [field, row] of Object.entries(rows)) {
      if (field === 'id') faults.push(fault(down(at, field), 'The id cannot be mapped anew.'))
      if (typeof row !== 'string')
        checkShape(row, valueRow, (pointer, message) => faults.push(fault(down(at, field) + pointer, message)))
      else if (row === '') faults.push(fault(down(at, field), 'Name a path.'))
    }
    if (faults.length > before) continue
    // Each row has the right shape: it was checked above.
    await catalogue.overridden(provider, model, rows as FieldOverrides, (pointer, message) => {
      faults.push(
        fault(
          pointer.replace(/^\/field_mappings/, () => at),
          message,
        ),
      )
    })
  }
  return faults
}
