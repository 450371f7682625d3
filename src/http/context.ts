import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { ActionServices } from '../actions/trigger.ts'
import type { Config } from '../config.ts'
import type { Session, SessionTokens } from '../credentials/session-token.ts'
import type { Failure } from '../problem/index.ts'
import type { Runs } from '../runs/index.ts'
import type { Services } from '../services.ts'
import type { Access, ConnectSession, Store } from '../store/index.ts'
import type { Webhooks } from '../webhooks/index.ts'

/** How a key's request was counted. */
export interface Taken {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Whole seconds until the window is over. */
  readonly reset: number
}
/** Counts a request of a key, by the key's id. */
export type Limiter = (key: string) => Taken

/** All that the routes need; `src/gateway.ts` makes it from what an entry point hands in. */
export interface HttpServices extends ActionServices, Pick<Services, 'asset' | 'log' | 'stopping' | 'sockets'> {
  readonly config: Config
  readonly store: Store
  readonly sessions: SessionTokens
  readonly webhooks: Webhooks
  readonly runs: Runs
  /** Counts a key's requests; without it there is no limit. */
  readonly limiter?: Limiter | undefined
}

/** Receives the body of a request whose key has been checked; undefined where there is none to wait for. */
export type ReceiveBody = (c: HttpContext, key: string) => Promise<void> | undefined

/** What middleware and handlers of one request share, by `c.get`, `c.set` and `c.var`. */
export interface Variables {
  Variables: {
    requestId: string
    /** Receives the body, once the key has been checked; the whole app has one, a part of it alone may have none. */
    receiveBody?: ReceiveBody
    /** Who calls; set by `requireKey` and `requireKeyOrSession`. */
    access: Access
    /** The connect session whose token the request carries; set by `requireKeyOrSession` and `requireSession`. */
    connectSession?: ConnectSession
    /** What the token allows, where the request carries a session token in place of a key. */
    session?: Session
    /** Why the request failed, for the log. */
    failure?: Failure
    /** What was called on the provider's side, for the log and the headers. */
    call?: { provider: string; ms: number; calls: number }
  }
}
/** The app that routes are registered on. */
export type App = OpenAPIHono<Variables>
/** One request being handled. */
export type HttpContext = HonoContext<Variables>
