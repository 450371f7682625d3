// Pieces that several screens of the connect page have.
import type { ConnectView, IntegrationView } from './flow.ts'
import { type Markup, markup } from './markup.ts'
import type { Look } from './page-document.ts'

/** What every screen is made from. */
export interface Shown extends Look {
  readonly token: string
  readonly view: ConnectView
  /** Parameters that every request of this page repeats, so that it goes on looking the same. */
  readonly kept: Readonly<Record<string, string>>
}

/** Colours that initials stand on; the classes are in `page.css`. */
const TINTS = 8

/** Letters that stand for an integration without a logo: of its first two words. */
const initialsOf = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map(word => [...word][0]!.toUpperCase())
    .join('')

const tintOf = (key: string): number => [...key].reduce((sum, c) => (sum * 31 + c.codePointAt(0)!) % 9973, 0) % TINTS

/** Logos come from this gateway or stand in the page: another host would learn who connects what. */
const OWN = /^(\/[^/\\]|data:image\/(png|svg\+xml);base64,)/

/** The logo of an integration, or its initials on a colour. It says nothing that the name beside it does not. */
export const logoOf = ({ key, name, logo }: IntegrationView): Markup =>
  OWN.test(logo)
    ? markup`<img class="logo" src="${logo}" alt="">`
    : markup`<span class="logo tint-${tintOf(key)}" aria-hidden="true">${initialsOf(name)}</span>`

/** Hidden inputs. */
export const hiddenInputs = (values: Readonly<Record<string, string>>): Markup[] =>
  Object.entries(values).map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`)

/** A button that shows another screen: a form, so that it works without JavaScript. */
export const leadingTo = (
  { token, kept }: Shown,
  parameters: Readonly<Record<string, string>>,
  { label, kind }: { readonly label: string; readonly kind: 'main' | 'quiet' },
): Markup => markup`<form method="get" action="${token}">${hiddenInputs({ ...kept, ...parameters })}
<button class="${kind}">${label}</button></form>`

/** The heading of a screen, which takes the focus when the screen is shown. */
export const heading = (text: string): Markup => markup`<h1 id="heading" tabindex="-1">${text}</h1>`

/** The session's return address with what is added to it, where it is on an allowed origin; undefined where not. */
export function returnAddress(view: ConnectView, added: Readonly<Record<string, string>>): string | undefined {
  const { returnUrl, allowedOrigins } = view
  if (returnUrl === undefined || !URL.canParse(returnUrl)) return undefined
  const url = new URL(returnUrl)
  if (!/^https?:$/.test(url.protocol) || !allowedOrigins.includes(url.origin)) return undefined
  for (const [name, value] of Object.entries(added)) url.searchParams.set(name, value)
  return url.href
}

/** The link back to the app, where the session has a return address. */
export function linkBack(
  { view, say }: Shown,
  added: Readonly<Record<string, string>>,
  kind: 'main' | 'quiet',
): Markup {
  const address = returnAddress(view, added)
  const { name } = view.brand
  if (address === undefined) return markup``
  const label = name === null ? say('back_to_app') : say('back_to', { name })
  return markup`<p data-return><a class="${kind} button" href="${address}" rel="noreferrer">${label}</a></p>`
}
