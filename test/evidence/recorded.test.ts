import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { providersOf } from '../../bin/generate/coverage.ts'
import { fieldsIn, type Recorded, recordsOf } from '../../bin/recorded/fields.ts'
import { completenessOf } from '../../src/mapping/check/index.ts'
import type { Warning } from '../../src/mapping/read.ts'
import { evidence, hasEvidence, recordings } from '../support/evidence.ts'

const exchangesOf = (id: string): Recorded[] =>
  hasEvidence && existsSync(evidence(`recorded/${id}.jsonl`)) ? recordings(id) : []

const all = providersOf().flatMap(({ id, provider, mappings }) =>
  mappings.map(mapping => ({ name: `${id}/${mapping.model.name}`, mapping, provider, exchanges: exchangesOf(id) })),
)

describe.skipIf(!hasEvidence)('recorded records', () => {
  test.each(all)('$name: the fields named in `recorded` are those that had a value', given => {
    const { mapping, provider, exchanges } = given
    expect(mapping.evidence.recorded ?? []).toEqual(fieldsIn(mapping, recordsOf(mapping, provider, exchanges)))
  })

  const recorded = all.filter(({ mapping }) => mapping.evidence.recorded)
  test.each(recorded)('$name: every record reads without a warning, and every leaf is read or ignored', given => {
    const { mapping, provider, exchanges } = given
    const ledger = completenessOf(mapping)
    const records = recordsOf(mapping, provider, exchanges)
    expect(records.length).toBeGreaterThan(0)
    for (const { id, record } of records) {
      const warnings: Warning[] = []
      mapping.reader(undefined)(record, warnings)
      expect(warnings, id).toEqual([])
      expect(ledger.unaccounted(record), id).toEqual([])
    }
  })

  test('records are found: those of HubSpot by address, of none by another version', () => {
    const found = (name: string) => {
      const { mapping, provider, exchanges } = all.find(one => one.name === name)!
      return recordsOf(mapping, provider, exchanges).map(({ id }) => id)
    }
    expect(found('hubspot/contacts')).toEqual(['hubspot/create-contact/post/0/8', 'hubspot/get-contact/get/0/28'])
    expect(found('pipedrive/contacts')).toEqual([])
  })
})
