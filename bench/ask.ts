/** The key that the load sends; the hand-written handler expects the same. */
export const KEY = 'baseline-key'
/** What the load sends to every server alike. */
export const HEADERS = { authorization: `Bearer ${KEY}`, 'connection-id': 'bench' }
/** The integration of the connection that the load calls for. */
export const INTEGRATION = 'bench'

/** One request, sent over and over. */
export interface Ask {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Reads something that every key may read, or nobody needs a key for. */
export const get = (path: string): Ask => ({ method: 'GET', path, headers: HEADERS })

/** A page of 100 contacts. */
export const CONTACTS = get('/contacts?limit=100')

/** Triggers an action for the load's connection, or for none. */
export function trigger(name: string, given: { readonly input?: unknown; readonly alone?: boolean } = {}): Ask {
  const { authorization, ...connection } = HEADERS
  return {
    method: 'POST',
    path: '/action/trigger',
    headers: {
      authorization,
      ...(given.alone ? {} : connection),
      'provider-config-key': INTEGRATION,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ action_name: name, input: given.input }),
  }
}
