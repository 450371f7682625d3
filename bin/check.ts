// `npm run check`: every fault of every file under mappings/, and of the code's own rules; `npm run check acme`: all that
// there is to say of one provider, laws and planted mistakes included.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { providersIn } from '../src/mapping/check/folder.ts'
import { print } from '../src/mapping/check/index.ts'
import { readArguments } from './check/arguments.ts'
import { checkCode } from './check/code.ts'
import { fixFormat } from './check/format-files.ts'
import { openPlanter } from './check/mistakes/cores.ts'
import { findPackagesIn } from './check/packages.ts'
import { type ProviderReport, reportProvider } from './check/provider.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const evidence = `${root}../shared/evidence`

const asked = readArguments(process.argv.slice(2), `${root}mappings`)
if (typeof asked === 'string') {
  console.error(asked)
  process.exit(2)
}
const { mappings, named, fix } = asked
const isOwn = mappings === `${root}mappings`
const isDeep = named.length > 0
const ids = isDeep ? named : providersIn(mappings)
findPackagesIn(root)
if (fix) for (const file of ids.flatMap(id => fixFormat(mappings, id))) console.log(`formatted: ${file}`)

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1)
/** `acme: 1 model, 7 fixtures replayed, 210 planted mistakes, 0 faults, 2.1 s` */
const told = (id: string, { models, fixtures, planted, faults }: ProviderReport, since: number): string =>
  [
    `${id}: ${models} ${models === 1 ? 'model' : 'models'}`,
    `${fixtures} fixtures replayed`,
    planted === undefined ? 'no mistakes planted: that needs files without fault' : `${planted} planted mistakes`,
    `${faults.length} faults`,
    `${seconds(since)} s`,
  ].join(', ')

const faults: string[] = isOwn && !isDeep ? checkCode(root) : []
const planter = isDeep ? openPlanter() : undefined
let fixtures = 0
for (const id of ids) {
  const since = performance.now()
  const report = await reportProvider({ mappings, id, evidence, planter })
  for (const hatch of report.hatches) console.log(`escape hatch: ${hatch}`)
  if (isDeep) console.log(told(id, report, since))
  fixtures += report.fixtures
  faults.push(...report.faults.map(print))
}
await planter?.close()
if (!existsSync(evidence)) console.log('Sources were not resolved: the evidence is not at hand.')
for (const fault of faults) console.error(fault)
console.log(`${ids.length} providers, ${fixtures} fixtures replayed, ${faults.length} faults`)
process.exitCode = faults.length > 0 ? 1 : 0
