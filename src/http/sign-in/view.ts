import { signInForm } from '../../credentials/form.ts'
import type { ConnectSession, Integration } from '../../store/index.ts'
import type { ConnectView, IntegrationView, QuestionView, WayView } from '../connect/flow.ts'
import { patternOf } from '../connections/connection-config.ts'
import type { HttpServices } from '../context.ts'
import { waysOf, withProvider } from './session-integration.ts'
import type { OpenedIntegration } from './unstored-account.ts'

/** Integrations that one page offers at most; with more, a session names those that it is for. */
const _MANY = 200

const wayOf = ({ provider }: OpenedIntegration, type: WayView['type']): WayView =>
  type === 'OAUTH2' || type === 'APP' || type === 'CUSTOM'
    ? { type, at: 'provider' }
    : { type, at: 'form', ...(signInForm(provider, type) ?? { fields: [] }) }

/** What sign-in answers by itself, so that nobody is asked. */
function broughtBySignIn({ provider: { auth, after_sign_in } }: OpenedIntegration): Set<string> {
  const brought = [auth.oauth2?.capture, auth.oauth2?.redirect, after_sign_in?.choose]
  return new Set(brought.flatMap(each => Object.keys(each ?? {})))
}

/** The provider's questions as a person is asked them. */
export function questionsOf(
  session: ConnectSession,
  opened: OpenedIntegration,
  questions: Awaited<ReturnType<HttpServices['catalogue']['summary']>>,
): QuestionView[] {
  const { unique_key, config } = opened.integration
  const set = session.integrations_config_defaults[unique_key]?.connection_config ?? {}
  const brought = broughtBySignIn(opened)
  return Object.entries(questions?.questions ?? {}).flatMap(([name, question]): QuestionView[] => {
    if (brought.has(name) || (question.host && config.base_url !== undefined)) return []
    const value = Object.hasOwn(set, name) ? set[name] : undefined
    const choices = typeof question.type === 'object' ? question.type.one_of : undefined
    const pattern = patternOf(question.type)
    return [
      {
        name,
        label: question.label,
        ...(choices && { one_of: choices }),
        ...(pattern !== undefined && { pattern }),
        ...(question.for && { for: question.for }),
        ...(typeof value === 'string' && { value }),
      },
    ]
  })
}

/** An integration as the page shows it; undefined for one that is gone, or that a backend signs in. */
async function integrationView(
  services: HttpServices,
  session: ConnectSession,
  { integration, opened: own }: { integration: Integration; opened: OpenedIntegration['integration'] },
): Promise<IntegrationView | undefined> {
  const { unique_key, display_name, provider } = integration
  const opened = await withProvider(services.catalogue, session.environment, own)
  if (!opened) return undefined
  const summary = await services.catalogue.summary(provider)
  return {
    key: unique_key,
    name: display_name ?? summary?.name ?? provider,
    logo: '',
    ways: waysOf(opened).map(type => wayOf(opened, type)),
    questions: questionsOf(session, opened, summary),
  }
}

/** What the page shows for a session. */
export async function viewOf(services: HttpServices, session: ConnectSession): Promise<ConnectView | undefined> {
  const { store } = services
  const keys = session.reconnect ? [session.reconnect.provider_config_key] : session.allowed_integrations
  const [environment, all] = await Promise.all([
    store.environments.find(session.environment),
    store.integrations.openAll(session.environment, keys),
  ])
  if (!environment) return undefined
  const views = await Promise.all(all.map(each => integrationView(services, session, each)))
  return {
    expires_at: session.expires_at,
    isReconnect: session.reconnect !== null,
    brand: environment.brand,
    integrations: views.flatMap(view => view ?? []),
    allowedOrigins: environment.allowed_origins,
    ...(session.return_url !== null && { returnUrl: session.return_url }),
  }
}
