import type { FoundConnection } from './opened-connection.ts'
import type { Access } from './scopes.ts'
import type { SqlDriver } from './sql.ts'

/** Entries of each kind that a process remembers. */
const LIMIT = 10_000
/** Milliseconds after which an entry is read again where the driver cannot tell whether somebody else wrote. */
const MAX_AGE = 30_000

/** A map of at most `LIMIT` entries; the one that was not used for longest makes room. */
class RecentlyUsed<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly at: number }>()
  get(key: string, notBefore: number): T | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    // A map is in the order of insertion: what is used goes to its end.
    this.#entries.delete(key)
    if (entry.at < notBefore) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }
  set(key: string, value: T, at: number): void {
    this.#entries.delete(key)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size >= LIMIT && oldest !== undefined) this.#entries.delete(oldest)
    this.#entries.set(key, { value, at })
  }
  delete(key: string): void {
    this.#entries.delete(key)
  }
  clear(): void {
    this.#entries.clear()
  }
}

/** Puts into the cache what a read from storage found, unless something was written since that read began. */
export interface CacheWriter {
  access(keyHash: string, access: Access): void
  connection(
    environment: string,
    connectionId: string,
    integrationKey: string | undefined,
    lookup: FoundConnection,
  ): void
}

/** What a process remembers of the storage, so that a warm request reads none of it. */
export interface Cache {
  access(keyHash: string): Access | undefined
  connection(environment: string, connectionId: string, integrationKey: string | undefined): FoundConnection | undefined
  /**
   * Reads from storage. Whoever asks for the same `name` in the meantime shares the answer, where the driver lets
   * requests share.
   */
  read<T>(name: string, how: (writer: CacheWriter) => Promise<T>): Promise<T>
  forgetKey(keyHash: string): void
  forgetConnection(environment: string, connectionId: string, integrationKey: string): void
  forgetAll(): void
}

// No id holds a NUL character, so that no two names of different parts are the same text.
const nameOf = (environment: string, connectionId: string, integrationKey = ''): string =>
  `${environment}\0${connectionId}\0${integrationKey}`

/** An empty cache over a driver; `now` is in milliseconds since 1970. */
export function createCache(driver: SqlDriver, now: () => number): Cache {
  const accesses = new RecentlyUsed<Access>()
  const connections = new RecentlyUsed<FoundConnection>()
  const reading = new Map<string, Promise<unknown>>()
  let writes = 0
  let seen = driver.version?.()

  // A read that is under way may answer what was there before the write: it is neither remembered nor shared any more.
  const wrote = () => {
    writes++
    reading.clear()
  }
  const forgetAll = () => {
    accesses.clear()
    connections.clear()
    wrote()
  }
  /** The time before which an entry must not have been read; forgets everything where somebody else wrote. */
  const notBefore = (): number => {
    if (!driver.version) return now() - MAX_AGE + 1
    const version = driver.version()
    if (version !== seen) {
      seen = version
      forgetAll()
    }
    return 0
  }
  return {
    access: keyHash => accesses.get(keyHash, notBefore()),
    connection: (environment, connectionId, integrationKey) =>
      connections.get(nameOf(environment, connectionId, integrationKey), notBefore()),
    read<T>(name: string, how: (writer: CacheWriter) => Promise<T>): Promise<T> {
      const shared = reading.get(name)
      // A name says what is read and so its type, which a map of all names cannot tell.
      if (shared) return shared as Promise<T>
      const before = writes
      const at = now()
      const isCurrent = () => writes === before
      const promise = how({
        access: (keyHash, access) => {
          if (isCurrent()) accesses.set(keyHash, access, at)
        },
        connection: (environment, connectionId, integrationKey, lookup) => {
          if (isCurrent()) connections.set(nameOf(environment, connectionId, integrationKey), lookup, at)
        },
      }).finally(() => {
        if (reading.get(name) === promise) reading.delete(name)
      })
      if (!driver.bound) reading.set(name, promise)
      return promise
    },
    forgetKey(keyHash) {
      accesses.delete(keyHash)
      wrote()
    },
    forgetConnection(environment, connectionId, integrationKey) {
      // It may have been found without naming its integration, too.
      connections.delete(nameOf(environment, connectionId))
      connections.delete(nameOf(environment, connectionId, integrationKey))
      wrote()
    },
    forgetAll,
  }
}
