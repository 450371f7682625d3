// What runs in the thread of `sqlite-thread.ts`: it opens the file and does what it is asked, in order.
import { parentPort, workerData } from 'node:worker_threads'
import { openSqlite } from './sqlite.ts'
import type { Answered, Asked } from './sqlite-thread.ts'
import { StorageError } from './storage-error.ts'

const driver = openSqlite(workerData as string)

async function answer({ id, what, statements }: Asked): Promise<Answered> {
  try {
    return { id, value: await (what === 'present' ? driver.present?.() : driver[what](statements)) }
  } catch (error) {
    return error instanceof StorageError ? { id, storage: error.code } : { id, message: (error as Error).message }
  }
}

parentPort?.on('message', async (asked: Asked | 'close') => {
  if (asked !== 'close') return parentPort?.postMessage(await answer(asked))
  driver.close()
  parentPort?.close()
})
