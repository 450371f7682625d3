/** Requests of one connection that wait for a host at most; the next one is refused. */
const WAITING_OF_CONNECTION = 256
/** The same for all connections of an environment together, whatever keys they are called with. */
const WAITING_OF_ENVIRONMENT = 1_024

/** Where a request goes, and on whose behalf. */
export interface Errand {
  /** Host and port. */
  readonly host: string
  /** Id of the environment. */
  readonly environment: string
  /** Id of the connection; no two environments have the same. */
  readonly connection: string
}
/** Gives a place back. Called twice it does nothing more. */
export type Leave = () => void
/** A place; `full` where too many wait already; undefined where the signal was aborted before a place was free. */
export type Entry = Leave | 'full' | undefined

/** Keeps the places that a host has for requests, so that nobody takes them all. */
export interface Bulkhead {
  /** Takes a place, at once or when it is this request's turn. */
  enter(errand: Errand, signal: AbortSignal): Entry | Promise<Entry>
  /** How many hosts are called or waited for. */
  readonly size: number
}

type Waiter = (entry: Entry) => void
interface Connection {
  used: number
  /** In the order in which they came. */
  readonly waiting: Set<Waiter>
}
interface Environment {
  used: number
  waiters: number
  readonly connections: Map<string, Connection>
  /** Connections with waiters; whose turn it was goes to the end. */
  readonly waiting: Map<string, Connection>
}
interface Host {
  used: number
  readonly environments: Map<string, Environment>
  readonly waiting: Map<string, Environment>
}

/** Where a request stands: who shares the host with whom. */
interface Line {
  readonly host: Host
  readonly environment: Environment
  readonly connection: Connection
  readonly errand: Errand
}

/** Finds the entry of a name, or makes one. */
function entryOf<T>(map: Map<string, T>, name: string, make: () => T): T {
  const known = map.get(name)
  if (known) return known
  const made = make()
  map.set(name, made)
  return made
}
const toTheEnd = <T>(map: Map<string, T>, name: string, value: T): void => {
  map.delete(name)
  map.set(name, value)
}

/**
 * Makes a bulkhead with `places` for each host. How many of them one may take depends on how many are free: a connection
 * half as many, an environment twice as many. Alone at a host a connection gets a third and an environment two thirds;
 * the more are busy, the less each gets, and some places always stay free for whoever comes next. Who may not enter
 * waits: environments take turns, and within each its connections.
 */
export function createBulkhead(places: number): Bulkhead {
  const hosts = new Map<string, Host>()
  const hasShare = (host: Host, environment: Environment): boolean => environment.used < (places - host.used) * 2
  const mayEnter = (host: Host, environment: Environment, connection: Connection): boolean =>
    hasShare(host, environment) && connection.used < (places - host.used) / 2

  function take(line: Line): Leave {
    const { host, environment, connection, errand } = line
    host.used++
    environment.used++
    connection.used++
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      host.used--
      environment.used--
      connection.used--
      while (admitNext(host, errand.host));
      forget(line)
    }
  }

  /** Drops what nobody uses or waits for any more. */
  function forget({ host, environment, connection, errand }: Line): void {
    if (connection.used === 0 && connection.waiting.size === 0) environment.connections.delete(errand.connection)
    if (environment.connections.size === 0) host.environments.delete(errand.environment)
    if (host.environments.size === 0) hosts.delete(errand.host)
  }

  function wait({ host, environment, connection, errand }: Line, waiter: Waiter): void {
    connection.waiting.add(waiter)
    environment.waiters++
    environment.waiting.set(errand.connection, connection)
    host.waiting.set(errand.environment, environment)
  }

  function waitNoMore({ host, environment, connection, errand }: Line, waiter: Waiter): void {
    if (!connection.waiting.delete(waiter)) return
    environment.waiters--
    if (connection.waiting.size === 0) environment.waiting.delete(errand.connection)
    if (environment.waiting.size === 0) host.waiting.delete(errand.environment)
  }

  /** Gives a place to the next one who may have it; false where there is none. */
  function admitNext(host: Host, name: string): boolean {
    for (const [environmentId, environment] of host.waiting) {
      if (!hasShare(host, environment)) continue
      for (const [connectionId, connection] of environment.waiting) {
        if (!mayEnter(host, environment, connection)) continue
        const errand = { host: name, environment: environmentId, connection: connectionId }
        const line = { host, environment, connection, errand }
        const [waiter] = connection.waiting
        toTheEnd(environment.waiting, connectionId, connection)
        toTheEnd(host.waiting, environmentId, environment)
        waitNoMore(line, waiter!)
        waiter!(take(line))
        return true
      }
    }
    return false
  }

  function lineOf(errand: Errand): Line {
    const host = entryOf(hosts, errand.host, () => ({ used: 0, environments: new Map(), waiting: new Map() }))
    const environment = entryOf(host.environments, errand.environment, () => ({
      used: 0,
      waiters: 0,
      connections: new Map(),
      waiting: new Map(),
    }))
    const connection = entryOf(environment.connections, errand.connection, () => ({
      used: 0,
      waiting: new Set<Waiter>(),
    }))
    return { host, environment, connection, errand }
  }

  return {
    get size() {
      return hosts.size
    },
    enter(errand, signal) {
      if (signal.aborted) return undefined
      const line = lineOf(errand)
      const { host, environment, connection } = line
      // Who waits already goes first.
      if (connection.waiting.size === 0 && mayEnter(host, environment, connection)) return take(line)
      if (connection.waiting.size >= WAITING_OF_CONNECTION || environment.waiters >= WAITING_OF_ENVIRONMENT) {
        forget(line)
        return 'full'
      }
      return new Promise(resolve => {
        const waiter: Waiter = entry => {
          signal.removeEventListener('abort', giveUp)
          resolve(entry)
        }
        const giveUp = () => {
          waitNoMore(line, waiter)
          forget(line)
          waiter(undefined)
        }
        wait(line, waiter)
        signal.addEventListener('abort', giveUp)
      })
    },
  }
}
