// The built Worker in workerd, with a D1 of its own: prints its address and the id of its process as one line of
// JSON, and serves until it is told to stop. `node bench/workerd.ts <directory of the bundle>`
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Miniflare } from 'miniflare'
import { unstable_readConfig as readConfig, unstable_splitSqlQuery as statementsOf } from 'wrangler'
import { settings } from './gateway.ts'
import { ROOT } from './process.ts'

const [directory = ''] = process.argv.slice(2)
const { compatibility_date, compatibility_flags } = readConfig({ config: join(ROOT, 'wrangler.toml') })
const { NODE_ENV: _, ...bindings } = settings
const gateway = new Miniflare({
  modules: [{ type: 'ESModule', path: join(directory, 'worker.js') }],
  modulesRoot: directory,
  compatibilityDate: compatibility_date!,
  compatibilityFlags: compatibility_flags,
  bindings,
  d1Databases: ['DB'],
  serviceBindings: { ASSETS: () => new Response(null, { status: 404 }) as never },
  // A line of the log for each request: taken, and thrown away.
  handleRuntimeStdio: (stdout, stderr) => {
    stdout.resume()
    stderr.resume()
  },
})
const url = await gateway.ready
const database = await gateway.getD1Database('DB')
for (const name of readdirSync(join(ROOT, 'migrations')).sort())
  for (const statement of statementsOf(readFileSync(join(ROOT, 'migrations', name), 'utf8')))
    await database.prepare(statement).run()
console.log(JSON.stringify({ url: url.origin }))
process.once('SIGTERM', async () => {
  await gateway.dispose()
  process.exit(0)
})
