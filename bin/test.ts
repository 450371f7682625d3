// `npm test`: types, lint, mapping files, stale files, then every test on Node, inside workerd and against the built
// bundle. It stops at the first failure, and names the tests that are left out for want of something on this machine.
// Arguments go to vitest: `npm test -- test/contract`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What some tests need and a machine may not have; without it they are left out, and named at the end. */
const NEEDED = [
  '/usr/bin/chromium',
  // As test/support/evidence.ts has it.
  process.env.EVIDENCE || '../shared/evidence',
  ...readdirSync(join(ROOT, 'test/clients')).map(client => `test/clients/${client}/node_modules`),
]

/** What we read of the report of vitest's reporter `json`. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

const run = (args: readonly string[]): number => {
  const { status, signal } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  return status ?? (signal ? 1 : 0)
}

function check(what: string, ...[file, ...args]: [string, ...string[]]): void {
  if (!existsSync(join(ROOT, file))) {
    console.log(`${what}: left out, there is no ${file}`)
    return
  }
  const status = run([file, ...args])
  if (status !== 0) {
    console.error(`\n${what}: failed. The tests were not run.`)
    process.exit(status)
  }
  console.log(`${what}: in order`)
}

const TSC = 'node_modules/typescript/bin/tsc'
check('types', TSC, '--noEmit')
check('types of the tests inside workerd', TSC, '--noEmit', '-p', 'test/worker/tsconfig.json')
check(
  'lint and format',
  'node_modules/@biomejs/biome/bin/biome',
  'ci',
  ...(process.stdout.isTTY ? [] : ['--colors=off']),
  '.',
)
check('mapping files', 'bin/check.ts')
check('generated files', 'bin/generate.ts', '--check')

const directory = mkdtempSync(join(tmpdir(), 'koine-report-'))
const file = join(directory, 'report.json')
const status = run([
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${file}`,
  ...process.argv.slice(2),
])
const report: Report | undefined = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
rmSync(directory, { recursive: true, force: true })
if (!report) {
  console.error('\nThe tests did not come to their end.')
  process.exit(status || 1)
}

const isLeftOut = ({ status }: { status: string }) => !['passed', 'failed', 'todo'].includes(status)
const leftOut = report.testResults.flatMap(({ name, assertionResults }) => {
  const tests = assertionResults.filter(isLeftOut).map(({ fullName }) => fullName)
  return tests.length > 0 ? [{ file: relative(ROOT, name), tests }] : []
})
const count = leftOut.reduce((sum, { tests }) => sum + tests.length, 0)
// To vitest a test whose name was not asked for is left out as well; of those there are thousands.
const isNarrowed = process.argv.some(argument => /^(-t|--testNamePattern)(=|$)/.test(argument))
const missing = NEEDED.filter(path => !existsSync(resolve(ROOT, path)))
if (count > 0) {
  console.log(`\nLeft out: ${count} ${count === 1 ? 'test' : 'tests'}.`)
  if (missing.length > 0) console.log(`Not on this machine: ${missing.join(', ')}.`)
  for (const { file, tests } of leftOut) {
    console.log(`  ${file}: ${tests.length}`)
    if (!isNarrowed) for (const test of tests) console.log(`    ${test}`)
  }
}
// A file that could not be loaded has no tests that could fail.
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(each => each.status === 'failed'),
).length
const failed = report.numFailedTests + broken
const isIncomplete = process.env.CI === 'true' && count > 0 && missing.length > 0
if (isIncomplete) console.error('\nHere (CI=true) no test may be left out.')
if (status !== 0 && failed === 0) console.error('\nvitest failed beside the tests: see above.')
process.exitCode = isIncomplete ? 1 : status || (failed > 0 ? 1 : 0)
console.log(`\n${report.numPassedTests} passed, ${failed} failed`)
