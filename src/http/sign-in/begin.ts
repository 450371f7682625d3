import { authorizationAddress, makeVerifier } from '../../credentials/authorization.ts'
import type { OAuthClient } from '../../credentials/token-request.ts'
import type { ConnectSession } from '../../store/index.ts'
import type { ConnectAnswers, ConnectFailure, FieldFault } from '../connect/flow.ts'
import { faultsOfAnswers } from '../connections/connection-config.ts'
import type { HttpServices } from '../context.ts'
import type { Back, HeldSignIn } from './attempt.ts'
import type { OpenedIntegration } from './unstored-account.ts'
import { questionsOf } from './view.ts'

/** What a browser client may say of a sign-in at the provider's page. */
export interface Wishes {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly scopes?: readonly string[] | undefined
  readonly userScopes?: string | undefined
  readonly client?: OAuthClient | undefined
}

/**
 * The answers of a connection that is to be: those that the session sets, which nobody changes, and those given; or what
 * is wrong with them. What sign-in itself answers is checked once it has.
 */
export async function answersOf(
  services: HttpServices,
  session: ConnectSession,
  opened: OpenedIntegration,
  { questions: given, type }: Pick<ConnectAnswers, 'questions' | 'type'>,
): Promise<{ config: Record<string, unknown> } | { faults: FieldFault[] }> {
  const { integration } = opened
  const summary = await services.catalogue.summary(integration.provider)
  const asked = questionsOf(session, opened, summary)
  const set = session.integrations_config_defaults[integration.unique_key]?.connection_config ?? {}
  // Who signs in again answers only what is to be different.
  const config: Record<string, unknown> = { ...(await formerAnswers(services, session)) }
  for (const { name } of asked) if (Object.hasOwn(given, name) && given[name] !== '') config[name] = given[name]?.trim()
  Object.assign(config, set)
  const questions = Object.fromEntries(
    asked.flatMap(({ name }) => {
      const question = summary?.questions[name]
      return question ? [[name, question]] : []
    }),
  )
  const faults = faultsOfAnswers(questions, config, {
    hosts: summary?.hosts ?? [],
    hasBaseUrl: integration.config.base_url !== undefined,
    allowPrivate: services.config.KOINE_ALLOW_PRIVATE_HOSTS,
    type,
  })
  if (faults.length === 0) return { config }
  return {
    faults: faults.map(({ pointer, code, detail }) => ({
      name: pointer.slice('/connection_config/'.length),
      code: code === 'required' ? 'required' : 'invalid',
      detail,
    })),
  }
}

/** The answers of the connection that a session signs in again. */
async function formerAnswers({ store }: HttpServices, { environment, reconnect }: ConnectSession) {
  if (!reconnect) return undefined
  const before = await store.connections.find(environment, reconnect.connection_id, reconnect.provider_config_key)
  return 'found' in before ? before.found.connection_config : undefined
}

/** What a page may add to the address of the provider's page: not what rights are asked for, which its app decides. */
const ofPage = (params: Readonly<Record<string, string>>, { auth }: OpenedIntegration['provider']) =>
  Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'scope' && name !== auth.oauth2?.scope_param))

/** Scopes that a session's settings ask for in place of the integration's: a list, or a text with commas, as documented. */
function overriddenScopes(config: Readonly<Record<string, unknown>>): string[] | undefined {
  const { oauth_scopes_override: given } = config
  const list = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : undefined
  return list?.flatMap(scope => (typeof scope === 'string' && scope.trim() ? [scope.trim()] : []))
}

/** Begins a sign-in at the provider's page: answers the attempt, which `/oauth/start/{attempt}` sends there. */
export async function beginSignIn(
  { store }: HttpServices,
  session: ConnectSession,
  opened: OpenedIntegration,
  how: {
    readonly type: HeldSignIn['type']
    readonly config: Readonly<Record<string, unknown>>
    readonly back: Back
    readonly wishes?: Wishes | undefined
  },
): Promise<{ attempt: string } | { failed: ConnectFailure }> {
  const { integration, provider, environment } = opened
  const { type, config, back, wishes = {} } = how
  const defaults = session.integrations_config_defaults[integration.unique_key] ?? {}
  const userScopes = defaults.user_scopes ?? wishes.userScopes
  const verifier = makeVerifier()
  const address = await authorizationAddress({
    integration,
    provider,
    type,
    config,
    verifier,
    scopes: overriddenScopes(config) ?? wishes.scopes,
    // What the app set for the session stands above what the page asks for.
    params: {
      ...ofPage(wishes.params ?? {}, provider),
      ...(userScopes && { user_scope: userScopes }),
      ...defaults.authorization_params,
    },
    clientId: wishes.client?.id,
  })
  if (!address)
    return {
      failed: {
        code: 'integration_not_configured',
        detail: 'The integration lacks what this sign-in takes: its OAuth client, its app, or an answer.',
      },
    }
  const held: HeldSignIn = {
    integration: integration.unique_key,
    type,
    config,
    verifier,
    address: address.href,
    back,
    client: wishes.client,
  }
  const attempt = await store.signIns.begin({ environment, session: session.id, held })
  if (attempt === undefined)
    return { failed: { code: 'session_over', detail: 'The session is over, or began too many sign-ins.' } }
  return { attempt }
}
