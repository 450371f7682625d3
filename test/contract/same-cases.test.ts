import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
const runs = {
  node: 'test/contract/node.test.ts',
  worker: 'test/worker/contract.test.ts',
  built: 'test/built/contract.test.ts',
}

it('the contract has the same cases on Node, inside workerd and against the bundle', { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'koine-cases-'))
  try {
    const list = join(directory, 'cases.json')
    // Our own vitest says in its environment that it runs; a vitest of its own must not hear of it.
    const environment = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV)/.test(name))
    await promisify(execFile)(process.execPath, [VITEST, 'list', `--json=${list}`, ...Object.values(runs)], {
      cwd: ROOT,
      env: Object.fromEntries(environment),
    })
    const cases: { name: string; file: string; projectName: string }[] = JSON.parse(await readFile(list, 'utf8'))
    const namesOf = (run: keyof typeof runs) =>
      cases.filter(each => each.projectName === run && each.file.endsWith(runs[run])).map(({ name }) => name)
    expect(namesOf('node').length).toBeGreaterThan(100)
    expect(namesOf('worker')).toEqual(namesOf('node'))
    expect(namesOf('built')).toEqual(namesOf('node'))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
