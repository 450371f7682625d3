// `node bin/recorded.ts`: what the `recorded` list of each evidence file should be, by the recorded exchanges beside the
// repository. Marks the files whose list is another.
import { existsSync, readFileSync } from 'node:fs'
import { providersOf } from './generate/coverage.ts'
import { ROOT } from './generate/output.ts'
import { fieldsIn, type Recorded, recordsOf } from './recorded/fields.ts'

const RECORDED = new URL('../shared/evidence/recorded/', ROOT)
if (!existsSync(RECORDED)) {
  console.error('There are no recorded exchanges beside the repository.')
  process.exit(1)
}
for (const { id, provider, mappings } of providersOf()) {
  const place = new URL(`${id}.jsonl`, RECORDED)
  const lines = existsSync(place) ? readFileSync(place, 'utf8').split('\n').filter(Boolean) : []
  const exchanges = lines.map((line): Recorded => JSON.parse(line))
  for (const mapping of mappings) {
    const records = recordsOf(mapping, provider, exchanges)
    const fields = fieldsIn(mapping, records)
    const isSame = JSON.stringify(fields) === JSON.stringify(mapping.evidence.recorded ?? [])
    console.log(`${isSame ? ' ' : '!'} ${id}/${mapping.model.name}.evidence.json, ${records.length} records`)
    console.log(`  ${fields.length > 0 ? `"recorded": ${JSON.stringify(fields)}` : 'no list'}`)
  }
}
