import { Worker } from 'node:worker_threads'
import type { SqlDriver, Statement } from './sql.ts'
import { StorageError } from './storage-error.ts'

/** What the thread is asked to do. */
export interface Asked {
  readonly id: number
  readonly what: 'batch' | 'change' | 'present'
  readonly statements: readonly Statement[]
}
/** What it answers: the value, or SQLite's code for a failure of the storage, or the message of a bug. */
export type Answered =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly storage: string }
  | { readonly id: number; readonly message: string }

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * SQLite in a thread of its own: whatever a statement takes, requests go on meanwhile, and so does a checkpoint, which
 * waits for the disk. For a file of many rows that no request waits for.
 *
 * @example
 * migrate(path, logMigrations)
 * const logDriver = openSqliteThread(path)
 */
export function openSqliteThread(path: string): SqlDriver {
  const pending = new Map<number, Pending>()
  let thread: Worker | undefined
  let last = 0
  let isClosed = false

  function start(): Worker {
    const started = new Worker(new URL('./sqlite-thread-loop.ts', import.meta.url), { workerData: path })
    // The process may end while the thread has nothing to do.
    started.unref()
    started.on('message', (answered: Answered) => {
      const asked = pending.get(answered.id)
      pending.delete(answered.id)
      if (pending.size === 0) started.unref()
      if ('value' in answered) asked?.resolve(answered.value)
      else asked?.reject('storage' in answered ? new StorageError(answered.storage) : new Error(answered.message))
    })
    const end = () => {
      // What was under way may have been done; the next statement starts a thread anew.
      if (thread === started) thread = undefined
      for (const { reject } of pending.values()) reject(new StorageError('THREAD_ENDED'))
      pending.clear()
    }
    started.on('error', end)
    started.on('exit', end)
    return started
  }
  function ask<T>(what: Asked['what'], statements: readonly Statement[] = []): Promise<T> {
    if (isClosed) return Promise.reject(new StorageError('CLOSED'))
    thread ??= start()
    const [current, asked] = [thread, { id: ++last, what, statements } satisfies Asked]
    current.ref()
    return new Promise<T>((resolve, reject) => {
      // An id is of one question, whose answer has its type.
      pending.set(asked.id, { resolve: resolve as (value: unknown) => void, reject })
      current.postMessage(asked)
    })
  }
  return {
    batch: statements => ask('batch', statements),
    change: statements => ask('change', statements),
    present: () => ask('present'),
    aside: true,
    async close() {
      isClosed = true
      const ending = thread
      if (!ending) return
      ending.ref()
      const ended = new Promise<void>(resolve => ending.once('exit', () => resolve()))
      ending.postMessage('close')
      await ended
    },
  }
}
