import { exchange } from '../../credentials/exchange.ts'
import type { ConnectSession } from '../../store/index.ts'
import type { ConnectStep } from '../connect/flow.ts'
import type { HttpServices } from '../context.ts'
import type { HeldSignIn } from './attempt.ts'
import { choicesOf } from './choices.ts'
import { faultOfBrought, type SignedIn, saveConnection } from './save.ts'
import type { OpenedIntegration } from './unstored-account.ts'

/** What came of credentials: a step for the person, and what is still to be chosen from. */
export interface Finished {
  readonly step: ConnectStep
  readonly pending?: HeldSignIn['pending']
}

const failed = (code: string, detail: string): Finished => ({ step: { failed: { code, detail } } })

/** With credentials that work: finds the account that they are for, and makes the connection. */
export async function finishAccount(
  services: HttpServices,
  session: ConnectSession,
  opened: OpenedIntegration,
  account: SignedIn & { readonly attempt: string },
): Promise<Finished> {
  const { credentials, attempt } = account
  let { config } = account
  const asked = await choicesOf(services, opened, { credentials, config, id: attempt })
  if (asked && 'failed' in asked) return failed('no_account', asked.failed)
  if (asked) {
    const { choices } = asked
    const known = session.reconnect && (await knownChoice(services, session, choices))
    const only = choices.length === 1 ? choices[0] : known
    if (!only)
      return {
        step: { choose: { attempt, choices: choices.map(({ id, label }) => ({ id, label })) } },
        pending: { credentials, choices },
      }
    config = { ...config, ...only.kept }
  }
  const fault = await faultOfBrought(services, opened, { credentials, config })
  if (fault !== undefined) return failed('connection_validation_failed', fault)
  return { step: await saveConnection(services, session, opened, { ...account, config }) }
}

/** The account that a connection is for already, among those that its new sign-in reaches. */
async function knownChoice(
  { store }: HttpServices,
  { environment, reconnect }: ConnectSession,
  choices: NonNullable<HeldSignIn['pending']>['choices'],
) {
  if (!reconnect) return undefined
  const before = await store.connections.find(environment, reconnect.connection_id, reconnect.provider_config_key)
  if (!('found' in before)) return undefined
  const { connection_config } = before.found
  return choices.find(({ kept }) => Object.entries(kept).every(([name, value]) => connection_config[name] === value))
}

/** With what the provider's page gave back: gets credentials, then the account. */
export async function finishSignIn(
  services: HttpServices,
  session: ConnectSession,
  opened: OpenedIntegration,
  returned: {
    readonly held: HeldSignIn
    readonly sent: NonNullable<HeldSignIn['sent']>
    readonly query: URLSearchParams
  },
): Promise<Finished> {
  const { held, query } = returned
  const { attempt, redirectUri } = returned.sent
  const { environment, integration, provider } = opened
  const { config, type, verifier, client } = held
  const exchanged = await exchange(
    {
      holder: {
        environment,
        connection: { uuid: `sign-in/${attempt.slice(0, 16)}`, integration, config, credentials: { type: 'NONE' } },
      },
      provider,
      type,
      query,
      asked: held.address,
      redirectUri,
      verifier,
      client,
    },
    { client: services.client, now: services.now, timeout: services.config.KOINE_PROVIDER_TIMEOUT * 1000 },
  )
  if ('refused' in exchanged) return failed(exchanged.refused.code, exchanged.refused.detail)
  const { credentials, kept } = exchanged
  return finishAccount(services, session, opened, { credentials, config: { ...config, ...kept }, attempt })
}
