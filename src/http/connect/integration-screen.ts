import { failureText } from './failure-text.ts'
import type { ConnectAnswers, ConnectFailure, FieldFault, IntegrationView, WayView } from './flow.ts'
import { inputOf, questionInput } from './form-inputs.ts'
import { type Markup, markup } from './markup.ts'
import type { Screen } from './page-document.ts'
import { heading, hiddenInputs, leadingTo, linkBack, logoOf, type Shown } from './screen-parts.ts'
import type { Words } from './words/index.ts'

/** What came of a form that was sent, so that it is shown again as it was. */
export interface Sent {
  readonly answers: ConnectAnswers
  readonly faults?: readonly FieldFault[] | undefined
  readonly failed?: ConnectFailure | undefined
}

/** What each way to sign in is called. */
const WAYS: Readonly<Record<WayView['type'], keyof Words>> = {
  OAUTH2: 'way_provider',
  APP: 'way_provider',
  CUSTOM: 'way_provider',
  OAUTH2_CC: 'way_client',
  API_KEY: 'way_api_key',
  BASIC: 'way_basic',
  TWO_STEP: 'way_two_step',
  JWT: 'way_signed',
  NONE: 'way_none',
}

function helpOf(way: WayView, { say }: Shown): Markup | false {
  if (way.at === 'provider' || (way.help === undefined && way.page === undefined)) return false
  // What stands in an attribute must be an address of the web: `javascript:` would be one, too.
  const page = way.page !== undefined && /^https?:\/\//.test(way.page) ? way.page : undefined
  return markup`<div class="help">${way.help !== undefined && markup`<p>${way.help}</p>`}
${
  page !== undefined &&
  markup`<p><a href="${page}" target="_blank" rel="noopener noreferrer">${say('where_to_find')}
<span class="hidden-text">(${say('opens_new_tab')})</span></a></p>`
}</div>`
}

function formOf(integration: IntegrationView, way: WayView, shown: Shown, sent: Sent | undefined): Markup {
  const { token, kept, say } = shown
  const { key, name, questions } = integration
  const before = sent?.answers.type === way.type ? sent : undefined
  const faultOf = (field: string) => before?.faults?.find(fault => fault.name === field)
  const given = questions.filter(({ value }) => value !== undefined)
  const asked = questions.filter(({ value }) => value === undefined)
  return markup`<form method="post" action="${token}" novalidate data-at="${way.at}" autocomplete="off">
${hiddenInputs({ ...kept, do: 'submit', integration: key, type: way.type, back: 'page' })}
${given.length > 0 && markup`<dl>${given.map(({ label, value }) => markup`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`}
${asked.map(question =>
  questionInput(question, { say, typed: before?.answers.questions[question.name], fault: faultOf(question.name) }),
)}
${
  way.at === 'form' &&
  way.fields.map(field =>
    inputOf(field, { say, typed: before?.answers.fields[field.name], fault: faultOf(field.name) }),
  )
}
${helpOf(way, shown)}
${way.at === 'provider' && markup`<p>${say('leads_to_provider', { name })}</p>`}
<button class="main">${way.at === 'provider' ? say('sign_in_at', { name }) : say('submit')}</button>
</form>`
}

/** Faults that belong to no input of the form stand above it. */
const restOf = (faults: readonly FieldFault[], integration: IntegrationView, way: WayView): FieldFault[] => {
  const names = new Set(integration.questions.map(({ name }) => name))
  if (way.at === 'form') for (const { name } of way.fields) names.add(name)
  return faults.filter(({ name }) => !names.has(name))
}

/** One integration: how to sign in, and what is asked. */
export function integrationScreen(
  integration: IntegrationView,
  shown: Shown,
  { type, sent }: { readonly type?: string | undefined; readonly sent?: Sent | undefined } = {},
): Screen {
  const { view, say } = shown
  const { key, name, ways } = integration
  const title = say(view.isReconnect ? 'reconnect' : 'connect', { name })
  const top = markup`<div class="named">${logoOf(integration)}${heading(title)}</div>`
  const bottom = markup`${view.integrations.length > 1 && leadingTo(shown, {}, { label: say('back'), kind: 'quiet' })}
${linkBack(shown, { status: 'cancelled' }, 'quiet')}`
  const way = ways.find(one => one.type === type) ?? ways[0]
  if (!way) return { title, body: markup`${top}<p>${say('not_set_up', { name })}</p>${bottom}` }
  const others = ways.filter(one => one !== way)
  const faults = sent?.faults ?? []
  const alert = sent?.failed
    ? failureText(sent.failed, say)
    : faults.length > 0 &&
      markup`<p>${say('faults_summary')}</p>${restOf(faults, integration, way).map(({ detail }) => markup`<p>${detail}</p>`)}`
  return {
    title,
    ...(sent && { status: 422 }),
    ...(sent?.failed && { event: { state: 'error', code: sent.failed.code, detail: sent.failed.detail } }),
    body: markup`${top}
${alert && markup`<div role="alert" class="alert">${alert}</div>`}
${formOf(integration, way, shown, sent)}
${
  others.length > 0 &&
  markup`<section class="others" aria-labelledby="others"><h2 id="others">${say('other_ways')}</h2>
${others.map(other =>
  leadingTo(shown, { integration: key, way: other.type }, { label: say(WAYS[other.type], { name }), kind: 'quiet' }),
)}</section>`
}
${bottom}`,
  }
}
