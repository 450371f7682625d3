import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
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

/** Runs a script that listens on a port, and waits until it answers, whatever it answers. */
export async function startServer(
  script: string,
  args: readonly string[],
  options: { port: number; environment?: Readonly<Record<string, string>>; log?: string },
): Promise<Server> {
  // A line of the log for each request is part of the work; a file takes it at the least cost to the machine.
  const log = openSync(options.log ?? devNull, 'a')
  const child = spawn(process.execPath, [script, ...args], {
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
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args])
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as T
}

/** Milliseconds in a clock tick of `/proc/<pid>/stat`: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10

/** CPU milliseconds that a process has used with all its threads; undefined where there is no `/proc`. */
export function cpuOf(pid: number): number | undefined {
  try {
    // The name of the program, in brackets, may hold spaces: user and system time are the 12th and 13th after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return undefined
  }
}

/** Resident memory of a process in MB; undefined where there is no `/proc`. */
export function memoryOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}
