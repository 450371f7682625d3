import { failureText } from './failure-text.ts'
import type { ConnectFailure, ReturnTo } from './flow.ts'
import { attribute, markup } from './markup.ts'
import { assetAddress } from './page-document.ts'
import { pageHeaders } from './page-headers.ts'
import { languageOf, speaker } from './words/index.ts'

/** What the page at the end of a sign-in knows. It holds no code, no token of a provider and no credential. */
export interface CallbackModel {
  /** The sign-in that is back; undefined where the answer belongs to none. */
  readonly attempt?: string | undefined
  readonly mode: ReturnTo['mode']
  /** Address of the connect page, absolute or from the root, with the query of `ReturnTo`; undefined where it is unknown. */
  readonly connectUrl?: string | undefined
  readonly failure?: ConnectFailure | undefined
}

/** The address of the connect page with the attempt; undefined where it is unknown, or none of the web. */
function wayBack({ attempt, connectUrl }: CallbackModel): string | undefined {
  if (connectUrl === undefined || !/^(https?:\/\/|\/[^/\\])/.test(connectUrl)) return undefined
  if (attempt === undefined) return connectUrl
  return `${connectUrl}${connectUrl.includes('?') ? '&' : '?'}attempt=${encodeURIComponent(attempt)}`
}

/**
 * Makes the page at `/oauth/callback`. In a popup it tells the connect page which sign-in is back and closes itself; where
 * nobody listens, and without JavaScript, it says what came of it, with a way back. In a page it leads back at once.
 *
 * @example
 * const { body, headers } = await renderCallbackPage({ attempt, mode: 'popup', connectUrl: `/connect/${token}` }, {
 *   acceptLanguage: c.req.header('accept-language'),
 * })
 */
export async function renderCallbackPage(
  model: CallbackModel,
  { acceptLanguage }: { readonly acceptLanguage?: string | undefined } = {},
): Promise<{ readonly body: string; readonly headers: Readonly<Record<string, string>> }> {
  const { attempt, mode, failure } = model
  const back = wayBack(model)
  const parameters = new URLSearchParams(model.connectUrl?.split('?')[1] ?? '')
  const language = languageOf(parameters.get('lang') ?? undefined, acceptLanguage)
  const say = speaker(language)
  const theme = ['light', 'dark'].find(name => name === parameters.get('theme'))
  const title = failure ? say('failed_any') : say('callback_done')
  const body = markup`<!doctype html>
<html lang="${language}"${attribute('data-theme', theme)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetAddress('page.css')}">
${mode === 'page' && back !== undefined && markup`<meta http-equiv="refresh" content="0;url=${back}">`}
${mode === 'popup' && markup`<script type="module" src="${assetAddress('callback.js')}"></script>`}
</head>
<body${attribute('data-attempt', attempt)}>
<main class="card" aria-labelledby="heading">
<h1 id="heading" tabindex="-1">${title}</h1>
${
  failure
    ? markup`<div role="alert" class="alert">${failureText(failure, say)}</div>`
    : markup`<p role="status">${say('callback_done_help')}</p>`
}
${back !== undefined && markup`<p><a class="main button" href="${back}">${say(failure ? 'back' : 'go_on')}</a></p>`}
</main>
</body>
</html>
`.text
  return { body, headers: await pageHeaders({ framedBy: [] }) }
}
