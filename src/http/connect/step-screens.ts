// What comes after a person's answer: the provider's page, a choice, success, a failure, or the end of the session.

import { failureText } from './failure-text.ts'
import type { ConnectFailure, ConnectStep, IntegrationView } from './flow.ts'
import { markup } from './markup.ts'
import type { Screen } from './page-document.ts'
import { heading, hiddenInputs, leadingTo, linkBack, type Shown } from './screen-parts.ts'

type StepWith<K extends string> = Extract<ConnectStep, Readonly<Record<K, unknown>>>

/** The browser is on its way to the provider. Without JavaScript it goes by itself, and there is a link. */
export function redirectScreen(redirect: string, { key, name }: IntegrationView, shown: Shown): Screen {
  const { say } = shown
  // What is no address of the web would be run by the browser.
  if (!/^(?:https?:\/\/|\/[^/\\])/i.test(redirect))
    throw new TypeError('sign-in leads to an address that is none of the web')
  return {
    title: say('signing_in', { name }),
    redirect,
    body: markup`${heading(say('signing_in', { name }))}
<p role="status" data-in-window hidden>${say('signing_in_help')}</p>
<p data-in-page>${say('going_on', { name })}</p>
<p role="alert" class="alert" data-closed hidden></p>
<p role="alert" class="alert" data-blocked hidden></p>
<template data-closed-text>${say('window_closed')}</template><template data-blocked-text>${say('window_blocked')}</template>
<p><a class="main button" href="${redirect}" rel="noreferrer" data-open>${say('open_window', { name })}</a></p>
${leadingTo(shown, { integration: key }, { label: say('back'), kind: 'quiet' })}`,
  }
}

/** Several accounts were found. */
export function chooseScreen({ attempt, choices }: StepWith<'choose'>['choose'], shown: Shown): Screen {
  const { say, token, kept } = shown
  return {
    title: say('choose_account'),
    body: markup`${heading(say('choose_account'))}
<p>${say('choose_account_help')}</p>
<form method="post" action="${token}">${hiddenInputs({ ...kept, do: 'choose', attempt })}
<ul class="choices">
${choices.map(({ id, label }) => markup`<li><button name="choice" value="${id}"><span>${label}</span></button></li>`)}
</ul>
</form>`,
  }
}

/** The account is connected. */
export function connectedScreen(connected: StepWith<'connected'>['connected'], shown: Shown): Screen {
  const { view, say } = shown
  const { connection_id, provider_config_key, warning } = connected
  const name = view.integrations.find(({ key }) => key === provider_config_key)?.name ?? provider_config_key
  const title = say(view.isReconnect ? 'reconnected' : 'connected', { name })
  return {
    title,
    event: { state: 'connected', connection_id, provider_config_key },
    body: markup`<div class="done" aria-hidden="true">✓</div>
${heading(title)}
${warning !== undefined && markup`<div class="help"><p>${say('connected_warning')}</p><p>${warning}</p></div>`}
<p role="status">${say('connected_help')}</p>
${linkBack(shown, { status: 'connected', connection_id, provider_config_key }, 'main')}
<p><button type="button" class="main" data-close hidden>${say('close')}</button></p>`,
  }
}

/** The account could not be connected. */
export function failedScreen(failed: ConnectFailure, shown: Shown): Screen {
  const { view, say } = shown
  const { code, detail, provider_config_key } = failed
  const tried = view.integrations.find(({ key }) => key === provider_config_key)
  const title = tried ? say('failed', { name: tried.name }) : say('failed_any')
  return {
    title,
    status: 422,
    event: { state: 'error', code, detail },
    body: markup`${heading(title)}
<div role="alert" class="alert">${failureText(failed, say)}</div>
${leadingTo(shown, tried ? { integration: tried.key } : {}, { label: say('try_again'), kind: 'main' })}
${linkBack(shown, { status: 'failed' }, 'quiet')}`,
  }
}
