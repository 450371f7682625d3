import { deleteSome, type Erased, logged, reachable, unreachable } from './belongings.ts'
import { type EraseQueues, eraserOfQueues } from './erase-elsewhere.ts'
import { ENDED, erasuresToDo, HEAD, HIDDEN } from './erasures-to-do.ts'
import { inSmallBatches, pause } from './small-batches.ts'
import { type SqlDriver, sql } from './sql.ts'
import { reasonOf } from './storage-error.ts'

export interface Erasures {
  /**
   * Erases an owner and all that belongs to it; answers whether there was one. What nobody can reach any more may be
   * erased a little later: it is written down first, so that also after a kill it is carried on.
   */
  erase(erased: Erased): Promise<boolean>
  /** Carries on what was begun, here or by a process that is gone, until there is nothing left or it `isOver`. */
  resume(isOver: () => boolean): Promise<void>
}

interface Options {
  readonly driver: SqlDriver
  /** The database of the log, where it has one of its own. */
  readonly logDriver: SqlDriver | undefined
  readonly now: () => number
  readonly isClosed: () => boolean
  readonly eraseQueues?: EraseQueues | undefined
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}

/** Milliseconds for which the caller waits for what nobody can reach any more. */
const WAIT_MS = 2000
/** Milliseconds after which other work gets a turn, where many small erasures follow each other. */
const TURN_MS = 4

/** Makes what erases, over the drivers. */
export function erasuresOn({ driver, logDriver, now, isClosed, log, eraseQueues }: Options): Erasures {
  const toDo = erasuresToDo(driver, logDriver, now)
  const forgetQueues = eraserOfQueues(driver, eraseQueues)

  /** Deletes from each of these tables what belongs to an owner; answers whether nothing is left. */
  async function empty(
    from: SqlDriver,
    tables: typeof reachable,
    { erased, isOver }: { erased: Erased; isOver: () => boolean },
  ): Promise<boolean> {
    for (const table of tables) {
      const step = async (limit: number) => (await from.change([deleteSome(table, erased, limit)]))[0] ?? 0
      if (table.where[erased.owner] && !(await inSmallBatches(from, isOver, step))) return false
    }
    return true
  }

  /** Erases the connections of an integration. Each is written down, since its log entries go by its own id. */
  const disconnect = ({ id, environment }: Erased, isOver: () => boolean): Promise<boolean> =>
    inSmallBatches(driver, isOver, async limit => {
      const some = 'connections WHERE integration_id = ? ORDER BY connection_id LIMIT ?'
      const [, removed = 0] = await driver.change([
        toDo.writeDown({ owner: 'connection', environment }, some, id, limit),
        sql(`DELETE FROM connections WHERE id IN (SELECT id FROM ${some})`, id, limit),
      ])
      return removed
    })

  /** Erases all that anybody could reach, the owner last; answers whether it is this that erased the owner. */
  async function eraseReachable(erased: Erased, isOver: () => boolean): Promise<boolean> {
    const { table, key } = HEAD[erased.owner]
    const begun = toDo.writeDown(erased, `${table} WHERE ${key} = ?`, erased.id)
    const head = sql(`DELETE FROM ${table} WHERE ${key} = ?`, erased.id)
    if (erased.owner === 'connection') {
      const [, removed] = await driver.change([begun, head])
      await forgetQueues(erased)
      return removed === 1
    }
    await driver.change([begun])
    await forgetQueues(erased)
    const isEmpty =
      erased.owner === 'integration'
        ? await disconnect(erased, isOver)
        : await empty(driver, reachable, { erased, isOver })
    return isEmpty && (await driver.change([head]))[0] === 1
  }

  async function carryOn(erased: Erased, isOver: () => boolean): Promise<boolean> {
    await eraseReachable(erased, isOver)
    const isEnded =
      (await empty(driver, unreachable, { erased, isOver })) &&
      (await empty(logDriver ?? driver, logged, { erased, isOver }))
    if (isEnded) await driver.change([toDo.put(ENDED, [erased.id])])
    return isEnded
  }
  async function resumeAll(isOver: () => boolean): Promise<void> {
    if (isFirst) await driver.change([toDo.beginAgain])
    isFirst = false
    let since = performance.now()
    await toDo.hide()
    // An integration's connections are written down when their turn comes.
    do
      await toDo.eachPage(HIDDEN, async page => {
        for (const erased of page) {
          if (isOver() || !(await carryOn(erased, isOver))) return false
          const took = performance.now() - since
          if (took < TURN_MS) continue
          await pause(took)
          since = performance.now()
        }
        return true
      })
    while (!isOver() && (await toDo.hide()))
  }
  // Two files do not come through a loss of power as one: what was erased within a day is erased again at the start.
  let isFirst = logDriver !== undefined
  let resuming: Promise<void> | undefined
  let again = false
  function resume(isOver: () => boolean): Promise<void> {
    // At the edge no request may wait for what another one began.
    if (driver.bound) return resumeAll(isOver)
    again = resuming !== undefined
    resuming ??= (async () => {
      do {
        again = false
        await resumeAll(isOver)
      } while (again && !isOver())
    })().finally(() => {
      resuming = undefined
    })
    return resuming
  }

  return {
    async erase(erased) {
      if (!(await eraseReachable(erased, isClosed))) return false
      await toDo.hide()
      const until = now() + WAIT_MS
      const rest = resume(driver.bound ? () => now() > until : isClosed).catch((error: Error) =>
        // What is left stands in the to-do.
        log({ level: 'error', task: 'erase', ...reasonOf(error) }),
      )
      let timer: ReturnType<typeof setTimeout> | undefined
      const enough = new Promise<void>(resolve => {
        timer = setTimeout(resolve, WAIT_MS)
      })
      await Promise.race([rest, enough])
      clearTimeout(timer)
      return true
    },
    resume,
  }
}
