// The directory `KOINE_DATA`: nobody but this user reads what is in it, whatever the umask of the process is.
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Keys that are made there once. Databases are made private by whoever opens them. */
const KEYS = ['master-key', 'secret-key']
const OWNER_ONLY = 0o600

/** Makes the directory where there is none, and takes the rights of others from keys in it. */
export function ownDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // A file of another user cannot be changed, and need not be where it is private already.
  for (const path of KEYS.map(name => join(directory, name)))
    if (existsSync(path) && (statSync(path).mode & 0o777) !== OWNER_ONLY) chmodSync(path, OWNER_ONLY)
}
