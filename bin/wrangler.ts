import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../node_modules/wrangler/bin/wrangler.js', import.meta.url))
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Wrangler asks nothing, reports nothing, looks for no newer version of itself, and writes no log of its own. */
const QUIET = {
  CI: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

/** Starts wrangler with our own Node. Secrets belong into `env`: arguments can be read by everybody on the machine. */
export function startWrangler(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
    env: { ...process.env, ...options.env, ...QUIET },
  })
}

/** Runs wrangler to its end; answers the exit code. */
export async function runWrangler(args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  const [code] = await once(startWrangler(args, options), 'exit')
  return (code as number | null) ?? 1
}
