import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A process of ours, and what it has said. */
export interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** Standard output and standard error so far. */
  readonly out: () => string
  readonly err: () => string
  /** Waits for a line of standard output; rejects when the process ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>
}

/** An environment for a child: ours without settings of Koine and of the test runner, and these. */
export const environment = (more: Readonly<Record<string, string>>): Record<string, string> => ({
  ...(Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(KOINE_|VITEST|HOST$|PORT$|NODE_ENV$|TEST$)/.test(name)),
  ) as Record<string, string>),
  ...more,
})

/** Runs a file with this Node. */
export function run(file: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): Running {
  const child = spawn(process.execPath, [join(ROOT, file), ...args], {
    cwd: ROOT,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return {
    child,
    out: () => out,
    err: () => err,
    ended,
    said: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(out)
          if (match) resolve(match)
          return match !== null
        }
        if (look()) return
        child.stdout.on('data', look)
        ended.then(
          code => look() || reject(new Error(`ended with ${code} and never said ${pattern}:\n${out}\n${err}`)),
          reject,
        )
      }),
  }
}

/** A directory that is removed by `remove`. */
export async function directory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'koine-process-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
