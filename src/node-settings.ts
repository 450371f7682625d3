// Settings that the environment may give as files, and keys that are made once where nobody gave any (Node only).
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The settings with each `KOINE_X_FILE` read into `KOINE_X`; or a sentence for each file that cannot be read. */
export function withFiles(
  environment: Environment,
): { ok: true; environment: Environment } | { ok: false; faults: string[] } {
  const settings: Record<string, string | undefined> = { ...environment }
  const faults: string[] = []
  for (const [name, path] of Object.entries(environment)) {
    if (!/^KOINE_\w+_FILE$/.test(name) || !path) continue
    const plain = name.slice(0, -'_FILE'.length)
    delete settings[name]
    if (settings[plain]) {
      faults.push(`${name}: ${plain} is set too; set one of them`)
      continue
    }
    try {
      settings[plain] = readFileSync(path, 'utf8').trim()
    } catch {
      faults.push(`${name}: the file cannot be read`)
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, environment: settings }
}

/**
 * The text in a file that only this user may read. Where there is no such file it is made first; of two processes that
 * start together, one makes it and both read the same text.
 */
function readOrMake(path: string, make: () => string): string {
  try {
    writeFileSync(path, `${make()}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8').trim()
}

/** The master key and the first API key, where the environment does not give them, from files under `directory`. */
export function withKeys(environment: Environment, directory: string): Environment {
  const { KOINE_MASTER_KEY: master, KOINE_SECRET_KEY: secret } = environment
  if (master && secret) return environment
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return {
    ...environment,
    KOINE_MASTER_KEY: master || readOrMake(join(directory, 'master-key'), () => randomBytes(32).toString('base64')),
    KOINE_SECRET_KEY:
      secret || readOrMake(join(directory, 'secret-key'), () => `koine_${randomBytes(32).toString('base64url')}`),
  }
}
