import type { FoundConnection } from './opened-connection.ts'
import { RecentlyUsed } from './recently-used.ts'
import type { Access } from './scopes.ts'
import type { SqlDriver } from './sql.ts'
import { StorageError } from './storage-error.ts'

/** Entries of each kind that a process remembers. */
const ENTRIES = 10_000
/**
 * Bytes that keys and connections may take in memory, each: 10,000 connections with a kilobyte of metadata fit, and a
 * Worker has 128 MB for everything.
 */
const ACCESS_BYTES = 16 * 1024 * 1024
const CONNECTION_BYTES = 32 * 1024 * 1024
/** Milliseconds after which an entry is read again where the driver cannot tell whether somebody else wrote. */
const MAX_AGE = 30_000
/** Milliseconds for which entries are believed beyond that while the storage fails. */
const BELIEVED = 60_000

/** How a connection was asked for. */
export interface AskedConnection {
  readonly environment: string
  readonly connectionId: string
  readonly integrationKey: string | undefined
}

/** How a key was asked for: by the SHA-256 of itself, or by its id. */
export type AskedKey = { readonly hash: string } | { readonly id: string }

/** Puts into the cache what a read from storage found, unless something was written since that read began. */
export interface CacheWriter {
  access(key: AskedKey, access: Access, bytes: number): void
  connection(asked: AskedConnection, lookup: FoundConnection): void
}

/** What a process remembers of the storage, so that a warm request reads none of it. */
export interface Cache {
  access(key: AskedKey): Access | undefined
  connection(environment: string, connectionId: string, integrationKey: string | undefined): FoundConnection | undefined
  /**
   * Reads from storage. Whoever asks for the same `name` in the meantime shares the answer, where the driver lets
   * requests share. Where the storage fails, the answer is what `known` finds in a cache that may be older than usual.
   */
  read<T>(
    name: string,
    how: (writer: CacheWriter) => Promise<T>,
    known?: (older: Pick<Cache, 'access' | 'connection'>) => T | undefined,
  ): Promise<T>
  forgetKey(key: { readonly id: string; readonly hash: string }): void
  forgetConnection(environment: string, connectionId: string, integrationKey: string): void
  forgetAll(): void
}

// No id holds a NUL character, so that no two names of different parts are the same text.
const nameOf = (environment: string, connectionId: string, integrationKey = ''): string =>
  `${environment}\0${connectionId}\0${integrationKey}`

// A hash is of hexadecimal digits, so that none begins as the name of an id does.
const nameOfKey = (key: AskedKey): string => ('hash' in key ? key.hash : `id:${key.id}`)

/** An empty cache over a driver; `now` is in milliseconds since 1970. */
export function createCache(driver: SqlDriver, now: () => number): Cache {
  const accesses = new RecentlyUsed<Access>({ entries: ENTRIES, bytes: ACCESS_BYTES })
  const connections = new RecentlyUsed<FoundConnection>({ entries: ENTRIES, bytes: CONNECTION_BYTES })
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
  let failingSince: number | undefined
  /** The driver's version; while it cannot be read, the one that was seen last. */
  const versionOf = (read: () => number): number | undefined => {
    try {
      const version = read()
      failingSince = undefined
      return version
    } catch (error) {
      failingSince ??= now()
      if (now() - failingSince > BELIEVED) throw error
      return seen
    }
  }
  /** The time before which an entry must not have been read; forgets everything where somebody else wrote. */
  const notBefore = (): number => {
    if (!driver.version) return now() - MAX_AGE + 1
    const version = versionOf(driver.version)
    if (version !== seen) {
      seen = version
      forgetAll()
    }
    return 0
  }
  const from = (oldest: () => number): Pick<Cache, 'access' | 'connection'> => ({
    access: key => accesses.get(nameOfKey(key), oldest()),
    connection: (environment, connectionId, integrationKey) =>
      connections.get(nameOf(environment, connectionId, integrationKey), oldest()),
  })
  const older = from(() => now() - MAX_AGE - BELIEVED)
  return {
    ...from(notBefore),
    read<T>(
      name: string,
      how: (writer: CacheWriter) => Promise<T>,
      known?: (older: Pick<Cache, 'access' | 'connection'>) => T | undefined,
    ): Promise<T> {
      const shared = reading.get(name)
      // A name says what is read and so its type, which a map of all names cannot tell.
      if (shared) return shared as Promise<T>
      const before = writes
      const at = now()
      const isCurrent = () => writes === before
      const promise = how({
        access: (key, access, bytes) => {
          if (isCurrent()) accesses.set(nameOfKey(key), access, { at, bytes })
        },
        connection: ({ environment, connectionId, integrationKey }, lookup) => {
          if (isCurrent())
            connections.set(nameOf(environment, connectionId, integrationKey), lookup, { at, bytes: lookup.bytes })
        },
      })
        .catch((error: unknown) => {
          const found = error instanceof StorageError && !driver.version ? known?.(older) : undefined
          if (found === undefined) throw error
          return found
        })
        .finally(() => {
          if (reading.get(name) === promise) reading.delete(name)
        })
      if (!driver.bound) reading.set(name, promise)
      return promise
    },
    forgetKey({ id, hash }) {
      accesses.delete(nameOfKey({ id }))
      accesses.delete(nameOfKey({ hash }))
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
