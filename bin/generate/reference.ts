// The script of the reference page: one file of a package that is 47 MB whole, so it is kept here and not installed.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { contentOf, pretty, ROOT } from './output.ts'

const PACKAGE = '@scalar/api-reference'
const VERSION = '1.72.1'
const MEMBER = 'package/dist/browser/standalone.js'
const SCRIPT = 'openapi/docs/reference.js'
const RECORD = 'openapi/docs/reference.json'

/** Which version the script is of, and what it hashes to. */
interface Pin {
  readonly package: string
  readonly version: string
  readonly sha256: string
}

const run = promisify(execFile)
const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')
const recorded = async (): Promise<Pin | undefined> => {
  const text = await contentOf(RECORD)
  return text === undefined ? undefined : (JSON.parse(text) as Pin)
}

/** Those of the two files that are missing, or not of the pinned version. Uses no network. */
export async function staleReference(): Promise<string[]> {
  const pin = await recorded()
  if (pin?.version !== VERSION || pin.package !== PACKAGE) return [RECORD]
  const script = await readFile(new URL(SCRIPT, ROOT)).catch(() => undefined)
  return script && hashOf(script) === pin.sha256 ? [] : [SCRIPT]
}

/** Fetches the pinned version through npm, and records its hash. */
export async function fetchReference(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'koine-reference-'))
  try {
    const { stdout } = await run('npm', ['pack', `${PACKAGE}@${VERSION}`, '--silent', '--pack-destination', directory])
    await run('tar', ['-xzf', join(directory, stdout.trim()), '-C', directory, MEMBER])
    const script = await readFile(join(directory, MEMBER))
    const sha256 = hashOf(script)
    const pin = await recorded()
    if (pin?.version === VERSION && pin.sha256 !== sha256)
      throw new Error(`${PACKAGE}@${VERSION} is not the file whose hash ${RECORD} records`)
    await writeFile(new URL(SCRIPT, ROOT), script)
    await writeFile(new URL(RECORD, ROOT), pretty({ package: PACKAGE, version: VERSION, sha256 } satisfies Pin))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
