import type { HttpContext } from './context.ts'

/** The connection that a request is for, by the names that it gives. */
export interface CalledConnection {
  /** Missing where the request names none. */
  readonly connectionId: string | undefined
  readonly integrationKey: string | undefined
  /** The one connection that it may be, where a session token says so. */
  readonly uuid?: string
}

/** Which connection a request is for: that of its session token, or else the one that the headers name. */
export function calledConnection(c: HttpContext): CalledConnection {
  const session = c.get('session')
  if (session) {
    const { id, integration, uuid } = session.connection
    return { connectionId: id, integrationKey: integration, uuid }
  }
  return {
    connectionId: c.req.header('connection-id') || undefined,
    integrationKey: c.req.header('provider-config-key') || undefined,
  }
}
