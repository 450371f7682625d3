import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** What one process has at a time. */
export interface OnlyOne {
  /** Takes it, unless another process has it; answers whether this one has it. */
  take(): boolean
  release(): void
}

/** Makes a file its owner's alone. By its name: closing another descriptor of it would end the lock. */
function makeOwn(path: string): void {
  try {
    chmodSync(path, 0o600)
  } catch {
    // On some mounted volumes nobody can. There is nothing in it.
  }
}

/**
 * What one process of all that share a directory has at a time: a lock of the operating system, which ends with the
 * process however that ends, so that the next one takes it at once and never while the first one lives.
 */
export function onlyOne(path: string): OnlyOne {
  let held: DatabaseSync | undefined
  return {
    take() {
      if (held) return true
      const db = new DatabaseSync(path, { timeout: 0 })
      try {
        db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
      } catch {
        db.close()
        return false
      }
      held = db
      makeOwn(path)
      return true
    },
    release() {
      held?.close()
      held = undefined
    },
  }
}
