import type { RenewToken, Wanted } from '../credentials/token-life.ts'
import type { SocketMessage } from '../http/sign-in/socket-messages.ts'
import type { Lease, WantedLease } from '../provider/leased-budget.ts'
import type { Runs } from '../runs/index.ts'
import type { D1 } from '../store/d1.ts'
import type { AlarmBinding } from './webhook-alarm.ts'

/** The namespace of a class of Durable Objects: gives the one object of a name. */
interface Namespace<T> {
  getByName(name: string): T
}

/** What `wrangler.toml` binds: the database, the static files, Durable Objects, and the settings as texts. */
export interface Bindings {
  readonly DB: D1
  readonly ASSETS: { fetch(request: Request | string): Promise<Response> }
  /** By a connection's uuid. */
  readonly TOKEN_REFRESHER: Namespace<{ renew(wanted: Wanted): ReturnType<RenewToken> }>
  /** By the id of a browser client's socket. */
  readonly SIGN_IN_SOCKETS: Namespace<{
    fetch(request: Request): Promise<Response>
    tell(message: SocketMessage): Promise<void>
  }>
  /** By the queue that a run's id begins with. */
  readonly RUN_QUEUE: Namespace<{
    accept: Runs['accept']
    see: Runs['see']
    cancel: Runs['cancel']
    results: Runs['results']
    erase(owner: { readonly environment: string; readonly connection?: string | undefined }): Promise<void>
  }>
  /** By environment and key of an integration. */
  readonly PACE: Namespace<{ lease(wanted: Pick<WantedLease, 'rates' | 'requests'>): Promise<Lease> }>
  /** Missing in a deployment without it: retries then wait for the cron. */
  readonly WEBHOOKS?: AlarmBinding
  readonly [setting: string]: unknown
}
