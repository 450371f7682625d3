import type { Mapping } from './compile.ts'
import { canWriteAny } from './table.ts'

export interface FieldCoverage {
  readonly read: boolean
  readonly write: boolean
  /** Whether a recorded answer of the provider showed it, or only its documentation. */
  readonly verified: 'documented' | 'recorded'
}
/** What a provider can do with a model, from its mapping alone. */
export interface Coverage {
  readonly verbs: readonly string[]
  readonly fields: Readonly<Record<string, FieldCoverage | { readonly absent: string }>>
  readonly filters: readonly string[]
  readonly sorts: readonly string[]
  readonly notes: readonly string[]
}

/** Everything a caller can know before the call. */
export function coverageOf({ file, evidence, table, list, verbs, model }: Mapping): Coverage {
  const recorded = new Set(evidence.recorded)
  const fields: Record<string, FieldCoverage | { absent: string }> = {}
  for (const name of Object.keys(model.fields)) {
    const row = table.byField.get(name)
    if (!row) fields[name] = { absent: file.absent?.[name] ?? 'the mapping has no row for it' }
    else
      fields[name] = {
        read: row.reads.length > 0,
        write: canWriteAny(row, file),
        verified: recorded.has(name) ? 'recorded' : 'documented',
      }
  }
  const offers = list?.offers ?? []
  const effect = file.delete?.delete_effect
  return {
    verbs: [...(list ? ['list'] : []), ...Object.keys(verbs)],
    fields,
    filters: [...new Set(offers.flatMap(offer => offer.filters))],
    sorts: [...new Set(offers.flatMap(offer => offer.sorts))],
    notes: [
      ...(file.notes ?? []),
      ...(effect ? [`Delete means ${effect}.`] : []),
      ...(file.required?.length ? [`Create asks for ${file.required.join(', ')}.`] : []),
      ...(offers.length > 1
        ? [
            `One call can carry: ${offers.map(o => `filters ${o.filters.join(', ') || 'none'} with sorts ${o.sorts.join(', ') || 'none'}`).join('; or ')}.`,
          ]
        : []),
    ],
  }
}
