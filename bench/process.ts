import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { devNull } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A server that runs in a process of its own. */
export interface Server {
  readonly url: string
  /** The process that does the work. */
  readonly pid: number
  stop(): Promise<void>
}

/** How long a server may take until it answers. */
const PATIENCE_MS = 20_000

/** A port that nobody listens on just now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Ends a process that was started here, and waits until it has. */
export const end = (child: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })

/** The JSON on the first line that a process prints. */
export async function firstLine<T>(child: ChildProcess): Promise<T> {
  const [said] = (await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')])) as [Buffer | number | null]
  if (!(said instanceof Buffer)) throw new Error(`${child.spawnargs.join(' ')} ended with ${said}`)
  child.stdout!.resume()
  return JSON.parse(said.toString().split('\n')[0]!) as T
}

/** Runs a script that listens on a port, and waits until it answers, whatever it answers. */
export async function startServer(
  script: string,
  args: readonly string[],
  options: {
    port: number
    /** Flags of Node, before the script. */
    flags?: readonly string[]
    /** Modules that are imported before the script. */
    preload?: readonly string[]
    environment?: Readonly<Record<string, string>>
    log?: string
  },
): Promise<Server> {
  // A line of the log for each request is part of the work; a file takes it at the least cost to the machine.
  const log = openSync(options.log ?? devNull, 'a')
  const preload = (options.preload ?? []).flatMap(module => ['--import', module])
  const child = spawn(process.execPath, [...(options.flags ?? []), ...preload, script, ...args], {
    cwd: ROOT,
    stdio: ['ignore', log, 'inherit'],
    env: { ...process.env, ...options.environment },
  })
  closeSync(log)
  const url = `http://127.0.0.1:${options.port}`
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const answered = await fetch(url).then(
      answer => answer.arrayBuffer(),
      () => undefined,
    )
    if (answered) return { url, pid: child.pid!, stop: () => end(child) }
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`)
    if (performance.now() > deadline) {
      await end(child)
      throw new Error(`${script} does not listen on ${url}`)
    }
    await delay(20)
  }
}

/** Runs a script of this folder to its end; answers the JSON on its last line. */
export async function runScript<T>(script: string, args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL(script, import.meta.url)),
    ...args,
  ])
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as T
}

/** What the system says of a process: `stat`, `status`; undefined where there is no `/proc`, or the process is gone. */
function about(pid: number | string, what: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8')
  } catch {
    return undefined
  }
}
/** The fields of `stat` that follow the program's name, which stands in brackets and may hold anything. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

/** Milliseconds in a clock tick of `/proc/<pid>/stat`: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10

/** CPU milliseconds that a process has used with all its threads. */
export function cpuOf(pid: number): number | undefined {
  const stat = about(pid, 'stat')
  if (stat === undefined) return undefined
  const [user, system] = fieldsOf(stat).slice(11, 13)
  return (Number(user) + Number(system)) * TICK_MS
}

/** Resident memory of a process in MB. */
export function memoryOf(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(about(pid, 'status') ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
}

/** A process that another one started, where the system tells. */
export function childOf(parent: number): number | undefined {
  try {
    const all = readdirSync('/proc').filter(name => /^\d+$/.test(name))
    const child = all.find(pid => fieldsOf(about(pid, 'stat') ?? '')[1] === String(parent))
    return child === undefined ? undefined : Number(child)
  } catch {
    return undefined
  }
}
