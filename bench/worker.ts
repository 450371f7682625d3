import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { connect } from './gateway.ts'
import { childOf, end, firstLine, ROOT, type Server } from './process.ts'

/** The Worker as it would be deployed. */
export interface Bundle {
  /** The directory of its modules. */
  readonly directory: string
  readonly bytes: number
  readonly gzipped: number
}

/** Builds the Worker as `wrangler deploy` does, and sends it nowhere. */
export async function buildBundle(temporary: string): Promise<Bundle> {
  const directory = join(temporary, 'worker')
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
  await promisify(execFile)(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', directory], {
    cwd: ROOT,
    env: { ...process.env, WRANGLER_LOG_PATH: join(temporary, 'wrangler'), WRANGLER_SEND_METRICS: 'false' },
  })
  const modules = readdirSync(directory)
    .filter(name => !name.endsWith('.map') && name !== 'README.md')
    .map(name => readFileSync(join(directory, name)))
  const sum = (sizes: number[]) => sizes.reduce((all, size) => all + size, 0)
  return {
    directory,
    bytes: sum(modules.map(module => module.byteLength)),
    gzipped: sum(modules.map(module => gzipSync(module).byteLength)),
  }
}

/** Serves the built Worker in workerd, with a connection to the upstream. */
export async function startWorker(bundle: Bundle, upstream: string): Promise<Server> {
  const child = spawn(process.execPath, ['bench/workerd.ts', bundle.directory], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const { url } = await firstLine<{ url: string }>(child)
    await connect(url, upstream)
    return { url, pid: childOf(child.pid!) ?? child.pid!, stop: () => end(child) }
  } catch (error) {
    await end(child)
    throw error
  }
}
