import assets from '../../../openapi/connect/assets.json' with { type: 'json' }
import type { ConnectView } from './flow.ts'
import { attribute, Markup, markup } from './markup.ts'
import { COLOR, readableOn } from './readable-color.ts'
import type { Say } from './words/index.ts'

/** What a page looks like: in which language, and in which theme where one was asked for. */
export interface Look {
  readonly language: string
  readonly say: Say
  readonly theme: 'light' | 'dark' | undefined
}

/** What the host of a page is told when a screen is shown; `src/http/connect/flow.ts` has the codes. */
export type HostEvent =
  | { readonly state: 'connected'; readonly connection_id: string; readonly provider_config_key: string }
  | { readonly state: 'error'; readonly code: string; readonly detail: string }

/** One of the things that the page can show. */
export interface Screen {
  readonly title: string
  readonly body: Markup
  readonly status?: 200 | 403 | 404 | 422
  readonly event?: HostEvent | undefined
  /** The provider's page, where the browser goes next. */
  readonly redirect?: string | undefined
}

/** The address of a script or style, relative to `/connect/{token}` and `/oauth/callback`; named by what is in it. */
export const assetAddress = (name: keyof typeof assets): string =>
  `../connect-ui/${name}?v=${assets[name].slice(0, 16)}`

/** The style of a brand: its colour, and black or white on it. Undefined where it has no colour. */
export const brandStyle = (color: string | null): string | undefined =>
  color !== null && COLOR.test(color) ? `:root{--brand:${color};--on-brand:${readableOn(color)}}` : undefined

/** Something of another host can be an image, and the image of a brand alone. */
const IMAGE = /^(https:\/\/|data:image\/(png|svg\+xml);base64,)/

/** Makes the whole document around a screen. */
export function pageDocument(
  screen: Screen,
  { language, say, theme }: Look,
  shown: { readonly view?: ConnectView | undefined; readonly origins: readonly string[] },
): string {
  const { name = null, color = null, logo = null } = shown.view?.brand ?? {}
  const { title, body, event, redirect } = screen
  const style = brandStyle(color)
  return markup`<!doctype html>
<html lang="${language}"${attribute('data-theme', theme)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}${name === null ? '' : ` – ${name}`}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetAddress('page.css')}">
${style !== undefined && markup`<style>${new Markup(style)}</style>`}
${redirect !== undefined && markup`<noscript><meta http-equiv="refresh" content="0;url=${redirect}"></noscript>`}
<script type="module" src="${assetAddress('page.js')}"></script>
</head>
<body data-origins="${JSON.stringify(shown.origins)}">
<div class="around">
<main class="card" aria-labelledby="heading">
<div class="top">
${logo !== null && IMAGE.test(logo) && markup`<img class="brand-logo" src="${logo}" alt="" referrerpolicy="no-referrer">`}
<p class="brand">${name}</p>
<button type="button" class="close" data-close aria-label="${say('close')}" hidden>×</button>
</div>
<p role="alert" class="alert" data-unreachable hidden>${say('unreachable')}</p>
<p role="status" class="hidden-text" data-busy data-text="${say('busy')}"></p>
<div id="screen"${attribute('data-event', event && JSON.stringify(event))}${attribute('data-redirect', redirect)}>
${body}
</div>
</main>
</div>
</body>
</html>
`.text
}
