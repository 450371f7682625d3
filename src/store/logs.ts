import { insertEntry, type LogEntry } from './log-entry.ts'
import { type LogFilter, type LogPage, listLogs } from './log-list.ts'
import { pause } from './small-batches.ts'
import type { SqlDriver } from './sql.ts'
import { reasonOf, StorageError } from './storage-error.ts'

export interface Logs {
  /** Takes entries; they are written a little later, all at once. */
  add(entries: readonly LogEntry[]): void
  /** Writes what was taken. It never rejects: a log that cannot be written must not fail what it is about. */
  flush(): Promise<void>
  list(environment: string, filter: LogFilter): Promise<LogPage>
  /** How many entries were taken and never written, since this process began. */
  lost(): number
}

/** Entries that wait to be written at most; beyond, the oldest are dropped, since memory must not grow without end. */
const WAITING = 10_000
/** Entries that are written in one batch. Each is a statement of its own, as D1 takes 100 parameters a statement. */
const BATCH = 100
/** Milliseconds between two lines that say that entries are not written. */
const SAID_AGAIN = 10_000

/** Makes `store.logs` over the driver of the log; `log` gets a line where entries cannot be written. */
export function logsOn(
  driver: SqlDriver,
  now: () => number,
  log: (entry: Readonly<Record<string, unknown>>) => void,
): Logs {
  let waiting: LogEntry[] = []
  let lost = 0
  let said = { lost: 0, at: Number.NEGATIVE_INFINITY }

  function bound(): void {
    if (waiting.length <= WAITING) return
    lost += waiting.length - WAITING
    waiting = waiting.slice(-WAITING)
  }
  function say(reason?: ReturnType<typeof reasonOf>): void {
    if ((reason === undefined && lost === said.lost) || now() - said.at < SAID_AGAIN) return
    said = { lost, at: now() }
    log({ level: 'error', task: 'logs', ...reason, lost, waiting: waiting.length })
  }
  return {
    add(entries) {
      waiting.push(...entries)
      bound()
    },
    async flush() {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, BATCH)
        waiting = waiting.slice(BATCH)
        try {
          await driver.change(batch.map(insertEntry))
        } catch (error) {
          // They are tried again with the next ones, unless it is they that cannot be written.
          if (error instanceof StorageError) waiting = [...batch, ...waiting]
          else lost += batch.length
          bound()
          return say(reasonOf(error))
        }
        if (waiting.length > 0) await pause()
      }
      say()
    },
    list: (environment, filter) => listLogs(driver, environment, filter),
    lost: () => lost,
  }
}
