// `npm run check`: every fault of every file under mappings/, and of the code's own rules.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openCatalogue } from '../src/mapping/catalogue.ts'
import { filesOf, providersIn, readFolder } from '../src/mapping/check/folder.ts'
import { checkFolder, type FileFault, print } from '../src/mapping/check/index.ts'
import { checkSource } from '../src/mapping/check/source.ts'
import type { Fixture } from '../src/mapping/schema/fixture.ts'
import { checkCode } from './check/code.ts'
import { replay } from './fixtures/replay.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const mappings = process.argv[2] ?? `${root}mappings`
const evidence = `${root}../shared/evidence`
const hasEvidence = existsSync(evidence)

const faults: string[] = checkCode(root)
const hatches: string[] = []
let fixtures = 0
for (const id of providersIn(mappings)) {
  const { folder, faults: unread } = readFolder(mappings, id)
  const found: FileFault[] = [...unread]
  if (unread.length === 0) {
    const checked = checkFolder(folder)
    found.push(...checked.faults)
    hatches.push(...checked.hatches)
    const all = [
      ['provider.json', folder.provider],
      ...Object.entries(folder.models).map(([n, f]) => [`${n}.json`, f]),
      ...Object.entries(folder.fixtures).map(([n, f]) => [`fixtures/${n}`, f]),
    ] as [string, unknown][]
    if (hasEvidence)
      for (const [file, content] of all)
        checkSource(content, evidence, (pointer, message) => found.push({ file: `${id}/${file}`, pointer, message }))
    if (found.length === 0) {
      const catalogue = openCatalogue({ [id]: filesOf(mappings, folder) }, Date.now)
      for (const [name, fixture] of Object.entries(folder.fixtures)) {
        fixtures++
        for (const message of (await replay(id, fixture as Fixture, catalogue)).faults)
          found.push({ file: `${id}/fixtures/${name}`, pointer: '', message })
      }
    }
  }
  faults.push(...found.map(print))
}
for (const hatch of hatches) console.log(`escape hatch: ${hatch}`)
if (!hasEvidence) console.log('Sources were not resolved: the evidence is not at hand.')
for (const fault of faults) console.error(fault)
console.log(`${providersIn(mappings).length} providers, ${fixtures} fixtures replayed, ${faults.length} faults`)
process.exitCode = faults.length > 0 ? 1 : 0
