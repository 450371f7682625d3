import { createHash } from 'node:crypto'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { randomHex } from '../../store/index.ts'
import { type CallbackModel, renderCallbackPage } from '../connect/callback-page.ts'
import type { ConnectFailure, ConnectStep } from '../connect/flow.ts'
import type { App, HttpContext, HttpServices } from '../context.ts'
import { errorResponse } from '../problem-response.ts'
import { publicOrigin } from '../public-origin.ts'
import type { Back, HeldSignIn } from './attempt.ts'
import { finishSignIn } from './finish.ts'
import { openIntegration } from './session-integration.ts'
import { isSocketId } from './socket-messages.ts'
import { tellSocket } from './tell-socket.ts'

/** Seconds that the cookie of a sign-in lasts: as long as the sign-in. */
const COOKIE_SECONDS = 1800
/** Characters of the longest query of a redirect that is read. */
const LONGEST_QUERY = 16_384
const STATE = /^[0-9a-f]{64}$/

/**
 * The name of the cookie that binds a sign-in to the browser that began it. It tells nothing of the `state`, which a
 * page of the provider knows.
 */
const cookieOf = (state: string, isSecure: boolean): string =>
  `${isSecure ? '__Host-' : ''}koine-sign-in-${createHash('sha256').update(state).digest('hex').slice(0, 32)}`
/**
 * A cookie that the browser sends along when the provider leads back, by a navigation of the whole window (`Lax`). Over
 * https its name has the prefix that lets nobody else set it, no host beside the gateway's either (RFC 6265bis, 4.1.3).
 */
const cookie = (name: string, value: string, seconds: number): string =>
  name.startsWith('__Host-')
    ? `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}; Secure`
    : `${name}=${value}; Path=/oauth; HttpOnly; SameSite=Lax; Max-Age=${seconds}`
/**
 * The value of a cookie. That of a sign-in is the id of the socket that waits for it, so that it is told also where
 * nothing is left of the sign-in, or `none`.
 */
const cookieIn = (c: HttpContext, name: string): string | undefined =>
  (c.req.header('cookie') ?? '')
    .split(';')
    .map(each => each.trim())
    .find(each => each.startsWith(`${name}=`))
    ?.slice(name.length + 1)

const noStore = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } as const
const OVER: ConnectFailure = {
  code: 'sign_in_over',
  detail: 'This sign-in is over, was used already, or began in another browser. Go back and begin again.',
}
const BROKEN: ConnectFailure = {
  code: 'unknown_error',
  detail: 'The gateway could not carry out the sign-in. Try again in a moment.',
}

/** The page that the browser sees once it is back. */
export async function backPage(
  c: HttpContext,
  model: CallbackModel,
  status: ContentfulStatusCode = model.failure ? 400 : 200,
): Promise<Response> {
  const { body, headers } = await renderCallbackPage(model, { acceptLanguage: c.req.header('accept-language') })
  return c.body(body, status, headers)
}

/** Ends a sign-in in a window whose app waits at a socket: both are told why. */
export async function failInWindow(
  c: HttpContext,
  services: HttpServices,
  socket: string | undefined,
  failure: ConnectFailure,
): Promise<Response> {
  await tellSocket(services, socket, { failed: failure })
  return backPage(c, { mode: 'popup', failure })
}

/**
 * Answers a request in a window, where a failure of the gateway is a page, too: a person sees it. `socket` is the one
 * that waits for the outcome, and is told of the failure.
 */
export async function inWindow(
  c: HttpContext,
  services: HttpServices,
  answer: (waiting: (socket: string | undefined) => void) => Promise<Response>,
): Promise<Response> {
  let waiting: string | undefined
  try {
    return await answer(socket => {
      waiting = socket
    })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // Notes it for the log, and says whose failure it is.
    const { status } = errorResponse(error, c, services.log)
    await tellSocket(services, waiting, { failed: BROKEN })
    return backPage(c, { mode: 'popup', failure: BROKEN }, status as ContentfulStatusCode)
  }
}

/** Sends the browser to the provider with a `state` of its own, by which it is known again. */
export async function goToProvider(
  c: HttpContext,
  services: HttpServices,
  { attempt, held }: { attempt: string; held: HeldSignIn },
): Promise<Response> {
  const { store, config } = services
  const state = randomHex()
  const redirectUri = `${publicOrigin(config, c.req.url)}/oauth/callback`
  // First whether it is still waited for: what is being finished just now is left as it is.
  const isNoted =
    (await store.signIns.expect(attempt, state)) &&
    (await store.signIns.replace<HeldSignIn>(attempt, held, { ...held, sent: { attempt, redirectUri } }))
  if (!isNoted) return failInWindow(c, services, held.back.socket, OVER)
  const address = new URL(held.address)
  address.searchParams.set('state', state)
  // An app leads back to the address that it was registered with.
  if (held.type === 'OAUTH2') address.searchParams.set('redirect_uri', redirectUri)
  const { socket = '' } = held.back
  const waiting = isSocketId(socket) ? socket : 'none'
  const bound = cookie(cookieOf(state, redirectUri.startsWith('https:')), waiting, COOKIE_SECONDS)
  return c.body(null, 302, { ...noStore, location: address.href, 'set-cookie': bound })
}

/** Finishes what has to be finished although the person closes the window meanwhile: the token works once. */
function keepAlive<T>(c: HttpContext, promise: Promise<T>): Promise<T> {
  try {
    c.executionCtx.waitUntil(promise.catch(() => {}))
  } catch {
    // On Node nothing ends a request that has begun.
  }
  return promise
}

interface FinishedAttempt {
  readonly attempt: string
  readonly back: Back
  readonly step: ConnectStep
}

/** What came back from the provider, worked off and kept for whoever asks. */
async function finish(
  services: HttpServices,
  state: string,
  query: URLSearchParams,
): Promise<FinishedAttempt | undefined> {
  const taken = await services.store.signIns.take<HeldSignIn>(state)
  const sent = taken?.held.sent
  if (!taken || !sent) return undefined
  const { held } = taken
  const { attempt } = sent
  const session = await services.store.connectSessions.find(held.back.token)
  const opened = session?.id === taken.session ? await openIntegration(services, session, held.integration) : undefined
  const { step, pending } =
    session && opened
      ? await finishSignIn(services, session, opened, { held, sent, query })
      : { step: { failed: OVER }, pending: undefined }
  // The verifier and the client's secret are used up; what is left is what is still to be chosen from, or the outcome.
  const { client: _, ...rest } = held
  const after = { ...rest, verifier: '', ...(pending ? { pending } : { outcome: step }) }
  await services.store.signIns.replace<HeldSignIn>(attempt, held, after)
  await tellSocket(services, held.back.socket, step)
  return { attempt, back: held.back, step }
}

/**
 * The page for a browser that does not show that it began the sign-in. The sign-in is left as it is, but an app that
 * waits for it hears of it: it may be its own window, whose cookies the browser keeps back.
 */
async function unknownPage(c: HttpContext, services: HttpServices, state: string): Promise<Response> {
  const found = await services.store.signIns.sentWith<HeldSignIn>(state)
  return failInWindow(c, services, found?.held.back.socket, OVER)
}

/** The way to a provider's own page and back: for browsers, and without keys, as the attempt or its `state` says who it is. */
export function signInRoutes(app: App, services: HttpServices): void {
  app.get('/oauth/start/:attempt', c =>
    inWindow(c, services, async waiting => {
      const attempt = c.req.param('attempt')
      const found = await services.store.signIns.find<HeldSignIn>(attempt)
      if (!found || found.held.outcome || found.held.pending) return backPage(c, { mode: 'popup', failure: OVER })
      waiting(found.held.back.socket)
      return goToProvider(c, services, { attempt, held: found.held })
    }),
  )

  app.get('/oauth/callback', c =>
    inWindow(c, services, async waiting => {
      const query = new URL(c.req.url).searchParams
      const state = query.get('state') ?? ''
      const name = cookieOf(state, publicOrigin(services.config, c.req.url).startsWith('https:'))
      const bound = STATE.test(state) ? cookieIn(c, name) : undefined
      if (c.req.url.length >= LONGEST_QUERY || bound === undefined) return unknownPage(c, services, state)
      waiting(bound)
      // It has served, whatever comes of it.
      c.header('set-cookie', cookie(name, '', 0))
      const finished = await keepAlive(c, finish(services, state, query))
      if (!finished) return failInWindow(c, services, bound, OVER)
      const { attempt, back, step } = finished
      const failure = 'failed' in step ? step.failed : undefined
      const connectUrl = `/connect/${back.token}${back.query === undefined ? '' : `?${back.query}`}`
      if (back.mode !== 'socket') return backPage(c, { attempt, mode: back.mode, connectUrl, failure })
      // Which of several accounts is chosen on the connect page, in this window.
      if ('choose' in step) return backPage(c, { attempt, mode: 'page', connectUrl })
      return backPage(c, { mode: 'popup', failure })
    }),
  )
}
