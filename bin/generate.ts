// `npm run generate` writes every file that is made from others; `npm run generate -- --check` only names those that are stale.
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ROOT } from './generate/output.ts'
import { staleOutputs } from './generate/outputs.ts'
import { fetchReference, staleReference } from './generate/reference.ts'

const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values
const outputs = await staleOutputs()
const reference = await staleReference()

if (check) {
  const stale = [...outputs.map(({ file }) => file), ...reference]
  for (const file of stale) console.error(`stale: ${file}`)
  if (stale.length > 0) {
    console.error('Run `npm run generate` and commit what it writes.')
    process.exitCode = 1
  }
} else {
  for (const { file, content } of outputs) {
    const place = new URL(file, ROOT)
    await mkdir(new URL('.', place), { recursive: true })
    await writeFile(place, content)
    console.log(file)
  }
  if (reference.length > 0) {
    await fetchReference()
    console.log(reference.join('\n'))
  }
}
