// The built Worker in workerd, with a D1 of its own: prints its address as one line of JSON, and serves until it is
// told to stop. `node bench/workerd.ts <directory of the bundle>`
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
// Not the test harness: that one carries outbound calls through its own process, which would be measured too.
import { Response as Answer, convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_readConfig as readConfig, unstable_splitSqlQuery as statementsOf } from 'wrangler'
import { settings } from './gateway.ts'
import { ROOT } from './process.ts'

const [directory = ''] = process.argv.slice(2)
const MIGRATIONS = join(ROOT, 'migrations')
const { compatibility_date, compatibility_flags } = readConfig({ config: join(ROOT, 'wrangler.toml') })

const worker = new Miniflare(
  convertV4MiniflareOptions({
    modules: [{ type: 'ESModule', path: join(directory, 'worker.js') }],
    modulesRoot: directory,
    compatibilityFlags: compatibility_flags,
    ...(compatibility_date !== undefined && { compatibilityDate: compatibility_date }),
    bindings: settings,
    d1Databases: ['DB'],
    serviceBindings: { ASSETS: () => new Answer(null, { status: 404 }) },
    // A line of the log for each request: taken, and thrown away.
    handleStructuredLogs: () => {},
  }),
)
const { origin } = await worker.ready
const database = await worker.getD1Database('DB')
for (const name of readdirSync(MIGRATIONS).sort())
  for (const statement of statementsOf(readFileSync(join(MIGRATIONS, name), 'utf8')))
    await database.prepare(statement).run()
console.log(JSON.stringify({ url: origin }))
process.once('SIGTERM', async () => {
  await worker.dispose()
  process.exit(0)
})
