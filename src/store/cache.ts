import type { Access } from './access.ts'
import type { LiveConnection } from './resolved-connection.ts'
import type { SqlDriver } from './sql.ts'

/** Entries kept of each kind. */
const LIMIT = 10_000
/** Milliseconds that an entry is believed where the driver cannot say whether somebody else wrote. */
const AGE = 30_000

/** A bounded map that drops what was used longest ago. */
class Recent<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly at: number }>()
  get(key: string, notBefore: number): T | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    if (entry.at < notBefore) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }
  set(key: string, value: T, at: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= LIMIT) this.#entries.delete(this.#entries.keys().next().value!)
    this.#entries.set(key, { value, at })
  }
  delete(key: string): void {
    this.#entries.delete(key)
  }
  clear(): void {
    this.#entries.clear()
  }
}

export type Found = { readonly found: LiveConnection }

/** Keeps what a cold read found, unless something was written since the read began. */
export interface CacheWriter {
  access(hash: string, access: Access): void
  live(environment: string, connectionId: string, integrationKey: string | undefined, live: Found): void
}

/** What a process remembers so that a warm request reads no storage. */
export interface Cache {
  access(hash: string): Access | undefined
  live(environment: string, connectionId: string, integrationKey: string | undefined): Found | undefined
  /** A cold read; who asks for the same thing meanwhile shares it, where the driver allows. */
  read<T>(what: string, how: (keep: CacheWriter) => Promise<T>): Promise<T>
  forgetKey(hash: string): void
  forgetConnection(environment: string, connectionId: string, integrationKey: string): void
  forgetAll(): void
}

// No id or key has a NUL: the parts of a name cannot run into each other.
const nameOf = (environment: string, connectionId: string, integrationKey = ''): string =>
  `${environment}\0${connectionId}\0${integrationKey}`

/** An empty memory over a driver. */
export function createCache(driver: SqlDriver, now: () => number): Cache {
  const accesses = new Recent<Access>()
  const lives = new Recent<Found>()
  const reading = new Map<string, Promise<unknown>>()
  let writes = 0
  let seen = driver.version?.()

  // What is being read may be of before the write: it is neither kept nor shared with who asks from now on.
  const wrote = () => {
    writes++
    reading.clear()
  }
  const forgetAll = () => {
    accesses.clear()
    lives.clear()
    wrote()
  }
  /** The oldest time of reading that is still believed. */
  const horizon = (): number => {
    if (!driver.version) return now() - AGE + 1
    const version = driver.version()
    if (version !== seen) {
      seen = version
      forgetAll()
    }
    return 0
  }
  return {
    access: hash => accesses.get(hash, horizon()),
    live: (environment, connectionId, integrationKey) =>
      lives.get(nameOf(environment, connectionId, integrationKey), horizon()),
    read<T>(what: string, how: (keep: CacheWriter) => Promise<T>): Promise<T> {
      const shared = reading.get(what)
      if (shared) return shared as Promise<T>
      const before = writes
      const at = now()
      const unchanged = () => writes === before
      const promise = how({
        access: (hash, access) => {
          if (unchanged()) accesses.set(hash, access, at)
        },
        live: (environment, connectionId, integrationKey, live) => {
          if (unchanged()) lives.set(nameOf(environment, connectionId, integrationKey), live, at)
        },
      }).finally(() => {
        if (reading.get(what) === promise) reading.delete(what)
      })
      if (!driver.bound) reading.set(what, promise)
      return promise
    },
    forgetKey(hash) {
      accesses.delete(hash)
      wrote()
    },
    forgetConnection(environment, connectionId, integrationKey) {
      // Without an integration, the id may have been unambiguous until now.
      lives.delete(nameOf(environment, connectionId))
      lives.delete(nameOf(environment, connectionId, integrationKey))
      wrote()
    },
    forgetAll,
  }
}
