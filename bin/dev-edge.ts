// `npm run dev:edge -- --port N`: the gateway under `wrangler dev`, with a local D1 that is migrated by itself and, as
// with `npm start`, the sandbox providers with a connection to each. Further flags go to `wrangler dev` as they are.
import { once } from 'node:events'
import { devNull } from 'node:os'
import { parseArgs } from 'node:util'
import { commandsOf, connectDemo } from '../sandbox/demo.ts'
import { startSandbox } from '../sandbox/server.ts'
import { readConfig, settings } from '../src/config.ts'
import { withFiles, withKeys } from '../src/node-settings.ts'
import { runWrangler, startWrangler } from './wrangler.ts'

/** Settings of the Node entry point, which mean nothing at the edge. */
const NODE_ONLY = new Set(['KOINE_DATA', 'HOST', 'PORT'])
/** Settings that wrangler.toml declares as secrets: they go by the environment, all others by `--var`. */
const SECRET = new Set(['KOINE_MASTER_KEY', 'KOINE_SECRET_KEY'])
const READY = /Ready on (https?:\/\/\S+)/

const given = process.argv.slice(2)
const { values: flags } = parseArgs({
  args: given,
  strict: false,
  options: {
    port: { type: 'string' },
    ip: { type: 'string' },
    'persist-to': { type: 'string' },
    env: { type: 'string' },
  },
})
/** Flags that name the local database; the migrations must go to the same one. */
const place = ['persist-to', 'env'].flatMap(name => (typeof flags[name] === 'string' ? [`--${name}`, flags[name]] : []))

/** The settings as the environment gives them, with keys made once as Node makes them; ends the process at a fault. */
function configure(): Record<string, string> {
  const read = withFiles({ ...process.env, KOINE_ALLOW_PRIVATE_HOSTS: process.env.KOINE_ALLOW_PRIVATE_HOSTS ?? '1' })
  const keyed = read.ok ? withKeys(read.environment, read.environment.KOINE_DATA || '.koine') : undefined
  const configured = keyed ? readConfig(keyed) : (read as { ok: false; faults: string[] })
  if (!configured.ok) {
    console.error(configured.faults.join('\n'))
    process.exit(1)
  }
  return Object.fromEntries(Object.keys(settings.shape).flatMap(name => (keyed?.[name] ? [[name, keyed[name]]] : [])))
}

const configuration = configure()
const pick = (wanted: (name: string) => boolean) =>
  Object.entries(configuration).filter(([name]) => wanted(name) && !NODE_ONLY.has(name))
const secrets = Object.fromEntries(pick(name => SECRET.has(name)))
const variables = pick(name => !SECRET.has(name)).flatMap(([name, value]) => ['--var', `${name}:${value}`])
const { HOST: ip, PORT: port } = configuration

// The only list of files for settings is an empty one: a forgotten .dev.vars would take the place of what is set here.
const common = ['--env-file', devNull]
const migrated = await runWrangler(['d1', 'migrations', 'apply', 'DB', '--local', ...common, ...place], {
  env: secrets,
})
if (migrated !== 0) process.exit(migrated)

const sandbox = await startSandbox()
const worker = startWrangler(
  [
    'dev',
    ...common,
    ...(flags.ip === undefined ? ['--ip', ip ?? '127.0.0.1'] : []),
    ...(flags.port === undefined ? ['--port', port ?? '8787'] : []),
    '--show-interactive-dev-session=false',
    ...variables,
    ...given,
  ],
  { env: secrets, stdio: ['ignore', 'pipe', 'inherit'] },
)
const ended = once(worker, 'exit')

let stopping = false
const stop = () => {
  stopping = true
  worker.kill('SIGTERM')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)

let said = ''
let greeted = false
worker.stdout!.setEncoding('utf8').on('data', (text: string) => {
  process.stdout.write(text)
  if (greeted) return
  said += text
  const url = READY.exec(said)?.[1]
  if (url === undefined) return
  greeted = true
  greet(url).catch((error: Error) => {
    console.error(error.message)
    stop()
    process.exitCode = 1
  })
})

/** Connects the sandbox over the Worker's own routes and says how to call it. */
async function greet(url: string): Promise<void> {
  const key = configuration.KOINE_SECRET_KEY!
  const demo = await connectDemo(url, key, sandbox.url)
  console.log(`\nKoine listens on ${url} under wrangler dev (API reference: ${url}/docs)`)
  console.log('The sandbox providers are connected; try:\n')
  console.log(`${commandsOf(url, key, demo).join('\n')}\n`)
}

const [code] = (await ended) as [number | null]
await sandbox.close()
process.exit(process.exitCode ?? (stopping ? 0 : (code ?? 1)))
