import { type Chosen, readFault } from '../faults.ts'

/** What the next requests are to meet. */
interface Waiting {
  readonly provider: string
  readonly fault: string
  readonly chosen: Chosen
  /** Requests that are still to meet it. */
  times: number
  /** Only requests of this method, and of a path below the provider's name that begins so. */
  readonly method?: string
  readonly path?: string
}
/** Faults for requests to come, in the order in which they were asked for. */
export interface Queue {
  /** Takes the body of `POST /_faults`; answers what is wrong with it. */
  add(given: unknown): string | undefined
  /** The fault that a request meets, which is then used up. */
  take(request: { provider: string; method: string; path: string }): Chosen | undefined
  clear(): void
  /** What is waiting, as it was asked for. */
  readonly waiting: readonly Omit<Waiting, 'chosen'>[]
}

const MEMBERS = ['provider', 'fault', 'times', 'method', 'path']
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isTextOrNothing = (value: unknown): value is string | undefined => value === undefined || isText(value)

/** Reads what is asked for, or says what is wrong with it. */
function read(given: unknown, providers: readonly string[]): Waiting | string {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'Send a JSON object.'
  const { provider, fault, times = 1, method, path, ...others } = given as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) return `There is no "${unknown}"; there is ${MEMBERS.join(', ')}.`
  if (!isText(provider) || !providers.includes(provider)) return `"provider" is one of ${providers.join(', ')}.`
  const chosen = isText(fault) ? readFault(fault) : undefined
  if (!chosen) return '"fault" is one of those that GET /_faults lists, perhaps with a number: "slow-head=500".'
  if (!Number.isInteger(times) || (times as number) < 1) return '"times" is a whole number from 1.'
  if (!isTextOrNothing(method) || !isTextOrNothing(path)) return '"method" and "path" are texts.'
  return {
    provider,
    fault: fault as string,
    chosen,
    times: times as number,
    ...(method !== undefined && { method: method.toUpperCase() }),
    ...(path !== undefined && { path }),
  }
}

/** An empty queue of a server with these providers. */
export function createQueue(providers: readonly string[]): Queue {
  let all: Waiting[] = []
  return {
    add(given) {
      const one = read(given, providers)
      if (typeof one === 'string') return one
      all.push(one)
      return undefined
    },
    take({ provider, method, path }) {
      const one = all.find(
        each =>
          each.provider === provider &&
          (each.method === undefined || each.method === method) &&
          (each.path === undefined || path.startsWith(each.path)),
      )
      if (!one) return undefined
      one.times--
      all = all.filter(({ times }) => times > 0)
      return one.chosen
    },
    clear() {
      all = []
    },
    get waiting() {
      return all.map(({ chosen: _, ...asked }) => asked)
    },
  }
}
