import { type Coverage, coverageOf } from '../../src/mapping/coverage.ts'
import { providersOf } from './coverage.ts'
import { between } from './markers.ts'
import { table } from './table.ts'

const listed = (names: readonly string[]): string => names.join(', ') || 'none'

/** How many of the fields that the provider has were seen in a recorded answer of it. */
function verified({ fields }: Coverage): string {
  const held = Object.values(fields).filter(field => 'verified' in field)
  const recorded = held.filter(field => field.verified === 'recorded').length
  return recorded === 0 ? 'documented' : `${recorded} of ${held.length} fields recorded`
}

function coverageTable(): string {
  const rows = providersOf().flatMap(({ name, mappings }) =>
    // A provider without models is connected all the same, for requests and functions of one's own.
    mappings.length === 0
      ? [[name, 'none yet', 'proxy and action functions', 'none', 'none', 'documented']]
      : mappings.map(mapping => {
          const coverage = coverageOf(mapping)
          const { verbs, filters, sorts } = coverage
          return [name, mapping.model.name, listed(verbs), listed(filters), listed(sorts), verified(coverage)]
        }),
  )
  return table(['provider', 'model', 'verbs', 'filters', 'sorts', 'verified'], rows)
}

/** A text with the table of what each provider can do between its markers, from the mappings. */
export const withCoverage = (text: string): string => between(text, 'coverage', coverageTable(), 'README.md')
