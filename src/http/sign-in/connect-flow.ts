import { faultsOfForm, signInForm, typedIn } from '../../credentials/form.ts'
import type { ConnectSession, Credentials } from '../../store/index.ts'
import type { ConnectAnswers, ConnectFlow, ConnectStep, WayView } from '../connect/flow.ts'
import type { HttpServices } from '../context.ts'
import type { Back, HeldSignIn } from './attempt.ts'
import { answersOf, beginSignIn, type Wishes } from './begin.ts'
import { type Finished, finishAccount } from './finish.ts'
import { firstUse } from './first-use.ts'
import { faultOfBrought, saveConnection } from './save.ts'
import { openIntegration, waysOf } from './session-integration.ts'
import { tellSocket } from './tell-socket.ts'
import type { OpenedIntegration } from './unstored-account.ts'
import { viewOf } from './view.ts'

type FormType = Exclude<WayView['type'], HeldSignIn['type']>
/** Whether a way to sign in leads to the provider's own page. */
export const isAtProvider = (type: WayView['type']): type is HeldSignIn['type'] =>
  type === 'OAUTH2' || type === 'APP' || type === 'CUSTOM'

/** Credentials of what was filled in. */
function credentialsOf(type: FormType, fields: Readonly<Record<string, string>>): Credentials {
  const text = (name: string) => fields[name] ?? ''
  switch (type) {
    case 'API_KEY':
      return { type, apiKey: text('apiKey') }
    case 'BASIC':
      return { type, username: text('username'), password: text('password') }
    case 'OAUTH2_CC':
      return { type, client_id: text('client_id'), client_secret: text('client_secret') }
    case 'TWO_STEP':
    case 'JWT':
      return { type, fields }
    case 'NONE':
      return { type }
  }
}

/** Characters of the longest text that a person fills in. */
const LONGEST = 65_536
const gone: ConnectStep = {
  failed: { code: 'unknown_provider_config', detail: 'This cannot be connected here, or not any more.' },
}
const notThisWay: ConnectStep = {
  failed: { code: 'auth_mode_not_supported', detail: 'This does not sign in that way, or is not set up for it.' },
}

/** What somebody gives to connect an account: a person on the page, or a browser client. */
export interface Submitted extends ConnectAnswers {
  readonly back: Back
  readonly wishes?: Wishes | undefined
  readonly connectionId?: string | undefined
}

/** Keeps what is still to be chosen from, and answers under which attempt. */
async function keepChoices(
  { store }: HttpServices,
  { environment, id }: ConnectSession,
  { finished, held }: { finished: Finished; held: Omit<HeldSignIn, 'pending'> },
): Promise<ConnectStep> {
  const { step, pending } = finished
  if (!pending || !('choose' in step)) return step
  const attempt = await store.signIns.begin({ environment, session: id, held: { ...held, pending } })
  return attempt === undefined ? gone : { choose: { ...step.choose, attempt } }
}

/** Connects an account with what was filled in. */
async function submitForm(
  services: HttpServices,
  session: ConnectSession,
  opened: OpenedIntegration,
  given: { submitted: Submitted; type: FormType; config: Record<string, unknown> },
): Promise<ConnectStep> {
  const { submitted, type, config } = given
  const form = signInForm(opened.provider, type) ?? { fields: [] }
  const secrets = new Set(form.fields.flatMap(({ name, secret }) => (secret ? [name] : [])))
  const fields = Object.fromEntries(
    Object.entries(submitted.fields).map(([name, text]) => [name, typedIn(text, type, secrets.has(name))]),
  )
  const long = Object.keys(fields).find(name => (fields[name]?.length ?? 0) > LONGEST)
  if (long !== undefined) return { faults: [{ name: long, code: 'invalid', detail: `At most ${LONGEST} characters.` }] }
  const faults = faultsOfForm(form, fields)
  if (faults.length > 0)
    return { faults: faults.map(fault => ({ ...fault, code: fault.code === 'required' ? 'required' : 'invalid' })) }
  const credentials = credentialsOf(type, fields)
  const ready = await firstUse(services, opened, { credentials, config })
  if ('failed' in ready) return ready
  const finished = await finishAccount(services, session, opened, {
    ...ready,
    attempt: crypto.randomUUID(),
    connectionId: submitted.connectionId,
  })
  const held = { integration: opened.integration.unique_key, type: 'OAUTH2', config } as const
  return keepChoices(services, session, {
    finished,
    held: { ...held, verifier: '', address: '', back: submitted.back },
  })
}

/** Connects an account of an integration, or answers what is needed for it: for the page and for browser clients alike. */
export async function submit(
  services: HttpServices,
  session: ConnectSession,
  key: string,
  submitted: Submitted,
): Promise<ConnectStep> {
  const opened = await openIntegration(services, session, key)
  if (!opened) return gone
  const { type } = submitted
  const own = submitted.wishes?.client
  const isOffered = own ? type === 'OAUTH2' && own.id !== '' : waysOf(opened).includes(type)
  if (!isOffered) return notThisWay
  const answers = await answersOf(services, session, opened, submitted)
  if ('faults' in answers) return answers
  const { config } = answers
  if (!isAtProvider(type)) return submitForm(services, session, opened, { submitted, type, config })
  const { back, wishes } = submitted
  const begun = await beginSignIn(services, session, opened, { type, config, back, wishes })
  return 'failed' in begun ? begun : { redirect: `/oauth/start/${begun.attempt}` }
}

/** Takes one of several accounts; once. */
async function choose(
  services: HttpServices,
  session: ConnectSession,
  attempt: string,
  choice: string,
): Promise<ConnectStep | undefined> {
  const { signIns } = services.store
  const found = await signIns.find<HeldSignIn>(attempt)
  if (!found || found.session !== session.id) return undefined
  const { held } = found
  const opened = await openIntegration(services, session, held.integration)
  const chosen = held.pending?.choices.find(({ id }) => id === choice)
  if (!opened || !held.pending || !chosen) return held.outcome ?? gone
  const config = { ...held.config, ...chosen.kept }
  // The provider's answer becomes part of addresses, like what a person answers.
  const fault = await faultOfBrought(services, opened, { credentials: held.pending.credentials, config })
  if (fault !== undefined) {
    const failed = { failed: { code: 'connection_validation_failed', detail: fault } }
    await tellSocket(services, held.back.socket, failed)
    return failed
  }
  const { pending, ...rest } = held
  // Of two who choose at the same time, one makes the connection.
  if (!(await signIns.replace<HeldSignIn>(attempt, held, rest))) return gone
  const waiting = held.back.socket
  const outcome = await saveConnection(services, session, opened, { credentials: pending.credentials, config }).catch(
    async error => {
      await tellSocket(services, waiting, { failed: { code: 'unknown_error', detail: 'The account was not stored.' } })
      throw error
    },
  )
  await signIns.replace<HeldSignIn>(attempt, rest, { ...rest, outcome })
  await tellSocket(services, waiting, outcome)
  return outcome
}

/** Makes the connect page's sign-in. */
export function createConnectFlow(services: HttpServices): ConnectFlow {
  const sessionOf = (token: string) => services.store.connectSessions.find(token)
  return {
    async view(token) {
      const session = await sessionOf(token)
      return session && viewOf(services, session)
    },
    async submit(token, key, answers, back) {
      const session = await sessionOf(token)
      return session && submit(services, session, key, { ...answers, back: { ...back, token } })
    },
    async choose(token, attempt, choice) {
      const session = await sessionOf(token)
      return session && choose(services, session, attempt, choice)
    },
    async outcome(token, attempt) {
      const session = await sessionOf(token)
      const found = session && (await services.store.signIns.find<HeldSignIn>(attempt))
      if (!session || found?.session !== session.id) return undefined
      const { outcome, pending, integration } = found.held
      // Named, so that the page offers it again.
      if (outcome && 'failed' in outcome) return { failed: { provider_config_key: integration, ...outcome.failed } }
      if (outcome) return outcome
      return pending && { choose: { attempt, choices: pending.choices.map(({ id, label }) => ({ id, label })) } }
    },
  }
}
