import type { OAuthClient } from '../../credentials/token-request.ts'
import type { Credentials, SignIn } from '../../store/index.ts'
import type { ConnectStep } from '../connect/flow.ts'
import type { Choice } from './choices.ts'

/** Who hears what came of a sign-in at the provider's page. */
export interface Back {
  /** `page`: the connect page, to which the browser goes back. `popup`: the page that opened it. `socket`: a browser client. */
  readonly mode: 'page' | 'popup' | 'socket'
  /** Token of the connect session, for the way back to its page. */
  readonly token: string
  /** Query of the connect page, so that it looks as before. */
  readonly query?: string | undefined
  /** Id of the browser client's socket. */
  readonly socket?: string | undefined
}

/** What an attempt at a sign-in holds, sealed, until it is over. */
export interface HeldSignIn {
  /** Key of the integration. */
  readonly integration: string
  readonly type: 'OAUTH2' | 'APP' | 'CUSTOM'
  /** The answers to the provider's questions, checked. */
  readonly config: Readonly<Record<string, unknown>>
  readonly verifier: string
  /** Where the person is sent, without `state` and `redirect_uri`. */
  readonly address: string
  readonly back: Back
  /** An OAuth client in place of the integration's. */
  readonly client?: OAuthClient | undefined
  /** Set when the person is sent away: the attempt's own id, as only the `state` comes back, and where it comes back to. */
  readonly sent?: { readonly attempt: string; readonly redirectUri: string } | undefined
  /** Set once the provider has signed in and an account is still to be chosen. */
  readonly pending?: { readonly credentials: Credentials; readonly choices: readonly Choice[] } | undefined
  /** What came of it. */
  readonly outcome?: ConnectStep | undefined
}
export type Attempt = SignIn<HeldSignIn>
