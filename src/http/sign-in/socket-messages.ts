// What the socket of a browser client is told. The documented client reads three types of message (`connection_ack`,
// `success`, `error`) and passes over every other. It says nothing itself, and never asks again: where a socket ends
// without one of the last two, its promise stays open for ever.
import type { ConnectFailure } from '../connect/flow.ts'

export type SocketMessage = Readonly<Record<string, unknown>>

/** The path at which a browser client asks for a socket. */
export const SOCKET_PATH = '/'
/** Ids are 32 random bytes in hex: who has one can say something to its socket. */
const ID = /^[0-9a-f]{64}$/
export const isSocketId = (id: string): boolean => ID.test(id)

/** Milliseconds in the life of a socket. */
export const SOCKET_TIMES = {
  /** How often something is sent: proxies cut a connection that is silent for a minute or two. */
  ping: 30_000,
  /** How long it may be open before its sign-in begins: the client begins as soon as it has the id. */
  unused: 120_000,
  /** How long it may be open at all: as long as a connect session and a sign-in. */
  longest: 1_800_000,
} as const

export const acknowledgement = (id: string): SocketMessage => ({ message_type: 'connection_ack', ws_client_id: id })
/** Says nothing; the client passes over it. */
export const PING: SocketMessage = { message_type: 'ping' }
/** Says that the sign-in of a socket has begun, from when on it lives as long as a sign-in. */
export const STARTED: SocketMessage = { message_type: 'started' }

/** Ends what the client waits for, without success. */
export const failureMessage = ({ code, detail }: ConnectFailure): SocketMessage => ({
  message_type: 'error',
  error_type: code,
  error_desc: detail,
})
const failure = (code: string, detail: string): SocketMessage => failureMessage({ code, detail })
export const TIMED_OUT = failure('sign_in_over', 'Nobody finished the sign-in in time. Begin again.')
export const BUSY = failure('too_many_sign_ins', 'Too many sign-ins wait here at the same time. Try again in a minute.')
export const STOPPING = failure('gateway_stopping', 'The gateway is being restarted. Begin the sign-in again.')

/** Whether the client waits for nothing more after a message. */
export const isLast = ({ message_type }: SocketMessage): boolean =>
  message_type === 'success' || message_type === 'error'
