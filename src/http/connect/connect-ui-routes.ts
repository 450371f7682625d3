import type { App } from '../context.ts'
import { attribute, markup } from './markup.ts'
import { assetAddress, type Look } from './page-document.ts'
import { pageHeaders } from './page-headers.ts'
import { lookOf } from './page-look.ts'

/** Texts that a script shows when it needs them. */
const hiddenText = (name: string, text: string) => markup`<p role="alert" data-text="${name}" hidden>${text}</p>`

function waitingPage({ language, say, theme }: Look): string {
  return markup`<!doctype html>
<html lang="${language}"${attribute('data-theme', theme)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${say('title')}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetAddress('page.css')}">
<script type="module" src="${assetAddress('waiting.js')}"></script>
</head>
<body>
<main class="card" aria-labelledby="heading">
<div class="top"><p class="brand"></p>
<button type="button" class="close" data-close aria-label="${say('close')}" hidden>×</button></div>
<h1 id="heading" tabindex="-1">${say('title')}</h1>
<p role="status" data-text="waiting">${say('waiting')}</p>
${hiddenText('no-session', say('no_session'))}
${hiddenText('over', `${say('over')}. ${say('over_help')}`)}
${hiddenText('foreign-host', say('foreign_host'))}
${hiddenText('unreachable', say('unreachable'))}
<noscript><p>${say('needs_script')}</p></noscript>
</main>
</body>
</html>
`.text
}

/**
 * `/connect-ui/` is the `baseURL` for `openConnectUI` of the documented client, and the address of its hosted links. It
 * knows no session yet and shows nothing of one, so any page may show it in a frame; the session that it is then told
 * decides whether that page may show more.
 */
export function connectUiRoutes(app: App): void {
  app.get('/connect-ui', c => c.redirect(`connect-ui/${new URL(c.req.url).search}`, 302))
  app.get('/connect-ui/', async c => {
    const { look, kept } = lookOf(c, name => c.req.query(name))
    const token = c.req.query('session_token')
    const headers = await pageHeaders({ framedBy: 'any' })
    if (token === undefined || !/^[\w-]+$/.test(token)) return c.body(waitingPage(look), 200, headers)
    const query = new URLSearchParams(kept).toString()
    return c.body(null, 302, { ...headers, location: `../connect/${token}${query && `?${query}`}` })
  })
}
