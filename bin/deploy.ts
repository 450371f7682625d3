// `npm run deploy`: checks, migrates the database in the cloud, then deploys. With `--dry-run` it checks and bundles,
// changes nothing, and says how large the Worker is. Further flags go to `wrangler deploy` as they are, such as
// `--secrets-file`, which a first deployment needs (docs/deploy.md).
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { ROOT, runWrangler } from './wrangler.ts'

/** The id in wrangler.toml before anybody has made a database. */
const UNSET = '00000000-0000-0000-0000-000000000000'
const given = process.argv.slice(2).filter(flag => flag !== '--dry-run')
const isDry = process.argv.includes('--dry-run')
const { values: flags } = parseArgs({
  args: given,
  strict: false,
  options: { env: { type: 'string', short: 'e' }, config: { type: 'string', short: 'c' } },
})
/** Flags that say which Worker it is: the migrations must go to its database. */
const which = (['env', 'config'] as const).flatMap(name =>
  typeof flags[name] === 'string' ? [`--${name}`, flags[name]] : [],
)

const fail = (message: string, code = 1): never => {
  console.error(message)
  process.exit(code)
}
function check(...[file, ...args]: [string, ...string[]]): void {
  if (!existsSync(join(ROOT, file))) return console.log(`${file} is not there: left out`)
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) fail(`${['node', file, ...args].join(' ')} failed: nothing is deployed.`, status ?? 1)
}
async function must(args: readonly string[]): Promise<void> {
  const code = await runWrangler(args)
  if (code !== 0) fail(`wrangler ${args.join(' ')} failed.`, code)
}

check('bin/check.ts')
check('bin/generate.ts', '--check')
if (isDry) {
  const directory = await mkdtemp(join(tmpdir(), 'koine-bundle-'))
  try {
    await must(['deploy', '--dry-run', '--outdir', directory, ...given])
    const scripts = (await readdir(directory, { recursive: true })).filter(name => /\.(m?js|json|wasm)$/.test(name))
    const contents = await Promise.all(scripts.map(name => readFile(join(directory, name))))
    const kilobytes = (sizes: number[]) => Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1024)
    console.log(
      `bundle: ${kilobytes(contents.map(c => c.byteLength))} KiB, ${kilobytes(contents.map(c => gzipSync(c).byteLength))} KiB gzipped`,
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
} else {
  if ((await readFile(join(ROOT, 'wrangler.toml'), 'utf8')).includes(UNSET))
    fail('wrangler.toml names no database yet: make one and put its id there (docs/deploy.md).')
  await must(['d1', 'migrations', 'apply', 'DB', '--remote', ...which])
  await must(['deploy', ...given])
}
