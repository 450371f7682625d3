import type { Session } from '../../credentials/session-token.ts'
import type { Verb } from '../../mapping/errors.ts'
import { ProblemError } from '../../problem/index.ts'
import { type Access, covers, type Scope } from '../../store/index.ts'
import type { HttpServices } from '../context.ts'

/** What of the unified routes a request is, for session tokens: its model, and the verbs of which one must be allowed. */
export interface RecordUse {
  readonly model: string
  readonly verbs: readonly Verb[]
}

const SCOPES: Readonly<Record<Verb, Scope>> = {
  list: 'records:read',
  get: 'records:read',
  create: 'records:write',
  update: 'records:write',
  delete: 'records:write',
}
/** The scope that a verb asks a key for. */
export const scopeOf = (verb: Verb): Scope => SCOPES[verb]

const INVALID = { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }
const ended = () => new ProblemError('session-ended', INVALID)
const outside = (detail: string) => new ProblemError('outside-session', { detail })

/** Who calls with a session token, and what it allows. The scopes are those of its key that its verbs need. */
interface FoundSession {
  readonly access: Access
  readonly session: Session
}

/**
 * Finds who calls with a session token: it must be signed by this gateway, not be over, and its key and its connection
 * must still be there. A warm request reads no storage for it.
 * @throws ProblemError `unauthenticated`, `session-ended`
 */
export async function findSession(
  { store, sessions }: Pick<HttpServices, 'store' | 'sessions'>,
  token: string,
): Promise<FoundSession> {
  const verified = sessions.verify(token)
  const session = verified instanceof Promise ? await verified : verified
  if (!session) throw new ProblemError('unauthenticated', INVALID)
  if (session === 'ended') throw ended()
  const { environment, key, connection } = session
  const hint = { connection: connection.id, integration: connection.integration }
  const found = store.accessOf(key, hint)
  const access = found instanceof Promise ? await found : found
  if (access?.environment !== environment) throw ended()
  const looked = store.lookup(environment, connection.id, connection.integration)
  const lookup = looked instanceof Promise ? await looked : looked
  // One whose secrets do not open is there all the same; the call says what is wrong with it.
  if ('missing' in lookup || ('found' in lookup && lookup.found.uuid !== connection.uuid)) throw ended()
  const scopes = new Set(session.verbs.map(scopeOf).filter(scope => covers(access.scopes, scope)))
  return { access: { ...access, scopes }, session }
}

/**
 * Lets a request pass that is within a session. `use` is missing for a route that no session token may call.
 * @throws ProblemError `outside-session`
 */
export function checkSession(
  { connection, models, verbs }: Session,
  use: RecordUse | undefined,
  named: { readonly connection?: string | undefined; readonly integration?: string | undefined },
): void {
  if (!use) throw outside('A session token calls the unified routes of records, and no other.')
  if (named.connection && named.connection !== connection.id)
    throw outside('The session token was made for another connection than `Connection-Id` names.')
  if (named.integration && named.integration !== connection.integration)
    throw outside('The session token was made for another integration than `Provider-Config-Key` names.')
  if (models && !models.includes(use.model)) throw outside(`The session token was not made for ${use.model}.`)
  if (!use.verbs.some(verb => verbs.includes(verb)))
    throw outside(`The session token was not made for the verb ${use.verbs.map(verb => `\`${verb}\``).join(' or ')}.`)
}
