import { faultsOfForm, filledIn, signInForm } from '../../credentials/form.ts'
import { atTokenHost } from '../../credentials/sign-in-address.ts'
import { tryCredentials } from '../../credentials/verify.ts'
import type { ProviderSummary } from '../../mapping/catalogue.ts'
import type { ProviderFile } from '../../mapping/schema/index.ts'
import { type Fault, ProblemError } from '../../problem/index.ts'
import { down } from '../../problem/pointer.ts'
import type { Credentials, OpenedConnection } from '../../store/index.ts'
import type { HttpServices } from '../context.ts'
import { faultAt } from '../request-faults.ts'
import { faultsOfAnswers } from './connection-config.ts'

/** What a connection is brought in with. */
export interface Given {
  readonly credentials: Credentials
  readonly connection_config: Readonly<Record<string, unknown>>
}
/** A warning in an answer: what could not be done, and why. */
export interface Warning {
  readonly field: string
  readonly code: string
  readonly detail: string
}

/** Those that a person filled in, or that a machine signs in with: tried when a connection is brought in. */
const TRIED: ReadonlySet<string> = new Set(['API_KEY', 'BASIC', 'OAUTH2_CC', 'TWO_STEP', 'JWT'])

/** Whether a provider signs in so. A backend holds the credentials itself, so none are needed here. */
const fits = ({ type }: Credentials, provider: ProviderSummary | undefined, isBackend: boolean): boolean =>
  type === 'NONE' ? isBackend || provider?.auth.length === 0 : provider?.auth.includes(type) === true

/** What is wrong with what was filled in, as members of `credentials`. */
function faultsOfFields(provider: ProviderFile, credentials: Credentials): Fault[] {
  const form = signInForm(provider, credentials.type)
  if (!form) return []
  const at = 'fields' in credentials ? '/credentials/fields' : '/credentials'
  return faultsOfForm(form, filledIn(credentials)).map(({ name, code, detail }) =>
    faultAt(down(at, name), detail, code),
  )
}

/** What is wrong with the host of tokens that a connection names: the client's secret would be sent there. */
function faultsOfTokenHost({ auth }: ProviderFile, answers: Readonly<Record<string, unknown>>): Fault[] {
  const { token, token_host } = auth.oauth2 ?? {}
  if (token === undefined || !token_host || atTokenHost(token, token_host, answers) !== undefined) return []
  const hosts = token_host.hosts.map(host => `https://${host}`).join(', ')
  return [faultAt(down('/connection_config', token_host.param), `One of these is needed: ${hosts}.`)]
}

/** What is wrong with credentials, and with the answers to the questions of the integration's provider. */
export async function faultsOfGiven(
  { catalogue, config }: HttpServices,
  { credentials, connection_config }: Given,
  integration: Pick<OpenedConnection['integration'], 'provider' | 'config'>,
  isBackend: boolean,
): Promise<Fault[]> {
  const provider = await catalogue.summary(integration.provider)
  const isFit = fits(credentials, provider, isBackend)
  const file = isFit && provider ? await catalogue.provider(provider.id) : undefined
  return [
    ...(isFit ? [] : [faultAt('/credentials/type', `The provider does not sign in with ${credentials.type}.`)]),
    ...(file ? [...faultsOfFields(file, credentials), ...faultsOfTokenHost(file, connection_config)] : []),
    ...faultsOfAnswers(provider?.questions ?? {}, connection_config, {
      hosts: provider?.hosts ?? [],
      hasBaseUrl: isBackend || integration.config.base_url !== undefined,
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
      type: credentials.type,
    }),
  ]
}

/**
 * Tries credentials at their provider, where they can be tried cheaply. Answers them as they are to be kept, with a
 * warning where nothing came of it.
 * @throws ProblemError `connection-test-failed`, where the provider refuses them
 */
export async function tried(
  services: HttpServices,
  { credentials, connection_config }: Given,
  environment: string,
  target: { readonly integration: OpenedConnection['integration']; readonly connection?: string | undefined },
): Promise<Given & { warnings: Warning[] }> {
  const { integration, connection } = target
  if (!TRIED.has(credentials.type) || integration.backend.type !== 'direct')
    return { credentials, connection_config, warnings: [] }
  const provider = await services.catalogue.provider(integration.provider)
  const {
    verdict,
    credentials: kept,
    captured,
  } = await tryCredentials(services, {
    environment,
    provider,
    integration,
    config: connection_config,
    credentials,
    connection,
  })
  // What the caller answered was checked, and stays as it is.
  const answers = { ...captured, ...connection_config }
  if (verdict === 'ok') return { credentials: kept, connection_config: answers, warnings: [] }
  if ('unknown' in verdict)
    return {
      credentials: kept,
      connection_config: answers,
      warnings: [
        {
          field: 'credentials',
          code: 'not-verified',
          detail: `The credentials were kept, but could not be tried. ${verdict.unknown}`,
        },
      ],
    }
  throw new ProblemError('connection-test-failed', {
    provider: integration.provider,
    detail: verdict.refused,
    ...(verdict.upstream && { upstream: verdict.upstream }),
  })
}
