import type { SealError } from './aad.ts'
import type { Row } from './sql.ts'

/** Notes in the log which rows are not bound yet, and which were refused: by ids, each once in this process. */
export interface SealLog {
  unsealed(row: Row): void
  refused(row: Row, why: SealError): void
}

/** Rows that are noted at most: who alters every row must not fill the log, nor the memory that knows what was said. */
const NOTED = 1000

/** Columns of rows that say which one it is, and nothing of what is in it. */
const IDS = {
  environment: 'environment_id',
  integration: 'integration_id',
  connection: 'uuid',
  id: 'id',
  variable: 'name',
  answer: 'key_hash',
  run: 'run',
} as const

/** Makes the notes over the log of the process. */
export function sealLogOn(log: (entry: Readonly<Record<string, unknown>>) => void): SealLog {
  const said = new Set<string>()
  const note = (row: Row, storage: string, more: Readonly<Record<string, unknown>>) => {
    const ids = Object.fromEntries(
      Object.entries(IDS).flatMap(([as, column]) => (row[column] === undefined ? [] : [[as, row[column]]])),
    )
    const name = JSON.stringify([storage, ids])
    if (said.has(name) || said.size >= NOTED) return
    said.add(name)
    log({ ...more, storage, ...ids })
  }
  return {
    unsealed: row => note(row, 'unsealed', { level: 'warn', remedy: 'npm run koine -- reseal' }),
    refused: (row, why) => note(row, 'refused', { level: 'error', why: why.message }),
  }
}
