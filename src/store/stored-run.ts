import { readNumber, readText, readTextOrNull } from './columns.ts'
import type { Row } from './sql.ts'

/**
 * `queued`: it waits for its turn, or for its next attempt; `running`: an attempt is under way; the others are final.
 * `interrupted`: the gateway ended while an attempt was under way that may not be made twice.
 */
export const runStates = ['queued', 'running', 'succeeded', 'failed', 'interrupted', 'cancelled'] as const
export type RunState = (typeof runStates)[number]
/** The states of a run that has ended. */
export const endStates = ['succeeded', 'failed', 'interrupted', 'cancelled'] as const satisfies readonly RunState[]
export type EndState = (typeof endStates)[number]

/**
 * `action`: an action as `POST /action/trigger` names it; `record`: a write of the unified API, never a function that has
 * the verb's name; `batch`: many of them.
 */
export const runKinds = ['action', 'record', 'batch'] as const
export type RunKind = (typeof runKinds)[number]

/** A run as it is accepted. */
export interface NewRun {
  readonly id: string
  /** Id of the environment. */
  readonly environment: string
  /** The connection's uuid, or the integration's id for an action that needs no connection. */
  readonly connection: string
  /** Empty for an action that needs no connection. */
  readonly connection_id: string
  readonly integration: string
  readonly provider: string
  readonly kind: RunKind
  /** The action. */
  readonly name: string
  /** 0 to 5. */
  readonly max_retries: number
  /** Records of a batch; 0 for any other run. */
  readonly items: number
  /** Whether it may be carried out again where it is met in flight after a kill. */
  readonly repeatable: boolean
  /** The request that asked for it. */
  readonly request_id: string
}

/** A run as it stands. Times are RFC 3339. */
export interface Run extends NewRun {
  /** The order in which it was accepted, within its database. */
  readonly seq: number
  readonly queue: string
  readonly state: RunState
  /** Attempts that were begun. */
  readonly attempts: number
  /** Retries that were used. */
  readonly retries: number
  readonly interruptions: number
  readonly created_at: string
  /** When it may begin; null once it has ended. */
  readonly next_at: string | null
  /** When the last attempt began. */
  readonly started_at: string | null
  readonly ended_at: string | null
  /** The problem that it ended with, or that its last attempt did. */
  readonly code: string | null
  /** When what it was given and what came of it are erased. */
  readonly expires_at: string
}

/** Hex digits of an id that name its queue. */
const DIGITS = 15
const hex = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/**
 * The queue of a connection, by its uuid: 60 bits of a hash. Two connections whose bits are equal share a queue, and
 * see nothing of each other.
 */
export async function queueOf(environment: string, connection: string): Promise<string> {
  const text = new TextEncoder().encode(`${environment}/${connection}`)
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', text))).slice(0, DIGITS)
}

/** Makes the id of a run: a UUID of version 8 (RFC 9562) that begins with its queue, the rest of it random. */
export function makeRunId(queue: string): string {
  const [a, , , d, e] = crypto.randomUUID().split('-')
  return `${queue.slice(0, 8)}-${queue.slice(8, 12)}-8${queue.slice(12)}-${d}-${e?.slice(0, 4)}${a}`
}

/** The queue of a run, by its id; undefined for a text that is no such id. */
export function queueIn(id: string): string | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(id)
  return match ? `${match[1]}${match[2]}${match[3]}` : undefined
}

/** The run in a row of `runs`. */
export const runIn = (row: Row): Run => ({
  seq: readNumber(row, 'seq'),
  id: readText(row, 'id'),
  queue: readText(row, 'queue'),
  environment: readText(row, 'environment_id'),
  connection: readText(row, 'connection'),
  connection_id: readText(row, 'connection_id'),
  integration: readText(row, 'integration'),
  provider: readText(row, 'provider'),
  // Only this module and its neighbours write these columns.
  kind: readText(row, 'kind') as RunKind,
  name: readText(row, 'name'),
  state: readText(row, 'state') as RunState,
  attempts: readNumber(row, 'attempts'),
  max_retries: readNumber(row, 'max_retries'),
  retries: readNumber(row, 'retries'),
  interruptions: readNumber(row, 'interruptions'),
  items: readNumber(row, 'items'),
  repeatable: readNumber(row, 'repeatable') === 1,
  created_at: readText(row, 'created_at'),
  next_at: readTextOrNull(row, 'next_at'),
  started_at: readTextOrNull(row, 'started_at'),
  ended_at: readTextOrNull(row, 'ended_at'),
  code: readTextOrNull(row, 'code'),
  request_id: readText(row, 'request_id'),
  expires_at: readText(row, 'expires_at'),
})
