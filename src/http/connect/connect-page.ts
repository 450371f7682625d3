import type { HttpContext } from '../context.ts'
import type { ConnectFlow, ConnectStep, ConnectView, IntegrationView } from './flow.ts'
import { isForeign } from './foreign-request.ts'
import { integrationScreen, type Sent } from './integration-screen.ts'
import { listScreen } from './list-screen.ts'
import { brandStyle, pageDocument, type Screen } from './page-document.ts'
import { pageHeaders, plainOrigins } from './page-headers.ts'
import { lookOf } from './page-look.ts'
import { foreignScreen, overScreen } from './plain-screens.ts'
import type { Shown } from './screen-parts.ts'
import { answersOf, readForm } from './sent-form.ts'
import { chooseScreen, connectedScreen, failedScreen, redirectScreen } from './step-screens.ts'

/** Characters of the longest id of an attempt or a choice. */
const LONGEST = 1_000

/** The screen of a step that needs no form to be shown again. */
function stepScreen(step: ConnectStep | undefined, shown: Shown): Screen {
  if (!step) return overScreen(shown.say)
  if ('choose' in step) return chooseScreen(step.choose, shown)
  if ('connected' in step) return connectedScreen(step.connected, shown)
  if ('failed' in step) return failedScreen(step.failed, shown)
  if ('faults' in step) {
    const detail = step.faults.map(fault => fault.detail).join(' ')
    return failedScreen({ code: 'connection_validation_failed', detail }, shown)
  }
  throw new TypeError('a sign-in that is back leads away again')
}

const found = (view: ConnectView, key: string | null | undefined): IntegrationView | undefined =>
  view.integrations.find(integration => integration.key === key)

/** The list, or the integration that was chosen; the only one needs no choice. */
function chosenScreen(shown: Shown, query: (name: string) => string | undefined): Screen {
  const { integrations } = shown.view
  const chosen = found(shown.view, query('integration')) ?? (integrations.length === 1 ? integrations[0] : undefined)
  return chosen ? integrationScreen(chosen, shown, { type: query('way') }) : listScreen(shown, query('q'))
}

/** What comes of a form that was sent. */
async function sentScreen(form: URLSearchParams, shown: Shown, flow: ConnectFlow): Promise<Screen> {
  const { token, view, kept } = shown
  if (form.get('do') === 'choose') {
    const [attempt = '', choice = ''] = ['attempt', 'choice'].map(name => form.get(name)?.slice(0, LONGEST))
    return stepScreen(await flow.choose(token, attempt, choice), shown)
  }
  const integration = found(view, form.get('integration'))
  const way = integration?.ways.find(({ type }) => type === form.get('type'))
  if (!integration || !way) return chosenScreen(shown, () => undefined)
  const answers = answersOf(form, integration, way)
  const step = await flow.submit(token, integration.key, answers, {
    mode: form.get('back') === 'popup' ? 'popup' : 'page',
    ...(Object.keys(kept).length > 0 && { query: new URLSearchParams(kept).toString() }),
  })
  if (step && 'redirect' in step) return redirectScreen(step.redirect, integration, shown)
  const again: Sent | undefined =
    step && 'faults' in step
      ? { answers, faults: step.faults }
      : step && 'failed' in step
        ? { answers, failed: step.failed }
        : undefined
  return again ? integrationScreen(integration, shown, { type: way.type, sent: again }) : stepScreen(step, shown)
}

/** Answers a request for the page of a session: shows it, or takes a form of it. Without a token it is as one that is over. */
export async function connectPage(c: HttpContext, flow: ConnectFlow, token: string | undefined): Promise<Response> {
  const query = (name: string) => c.req.query(name)
  const isSent = c.req.method === 'POST'
  const answer = async (screen: Screen, view: ConnectView | undefined, look = lookOf(c, query).look) => {
    const origins = plainOrigins(view?.allowedOrigins ?? [])
    const { color = null, logo = null } = view?.brand ?? {}
    const headers = await pageHeaders({ framedBy: origins, style: brandStyle(color), image: logo ?? undefined })
    return c.body(pageDocument(screen, look, { view, origins }), screen.status ?? 200, headers)
  }
  // Before anything is looked up or read.
  if (isSent && isForeign(c)) return answer(foreignScreen(lookOf(c, query).look.say), undefined)
  const view = token === undefined ? undefined : await flow.view(token)
  if (token === undefined || !view) return answer(overScreen(lookOf(c, query).look.say), undefined)
  const form = isSent ? await readForm(c) : undefined
  const { look, kept } = lookOf(c, name => form?.get(name) ?? c.req.query(name))
  const shown: Shown = { ...look, token, view, kept }
  if (form) return answer(await sentScreen(form, shown, flow), view, look)
  const attempt = c.req.query('attempt')
  const screen =
    attempt === undefined
      ? chosenScreen(shown, query)
      : stepScreen(await flow.outcome(token, attempt.slice(0, LONGEST)), shown)
  return answer(screen, view, look)
}
