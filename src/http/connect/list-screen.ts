import { markup } from './markup.ts'
import type { Screen } from './page-document.ts'
import { heading, hiddenInputs, linkBack, logoOf, type Shown } from './screen-parts.ts'

/** Characters of a search that are looked at. */
const LOOKED_AT = 100

/** The integrations to choose from; with what was searched for, those whose name has it. */
export function listScreen(shown: Shown, search = ''): Screen {
  const { view, token, kept, say } = shown
  const title = say(view.isReconnect ? 'title_reconnect' : 'title')
  if (view.integrations.length === 0)
    return { title, body: markup`${heading(title)}<p>${say('nothing_to_connect')}</p>${cancel(shown)}` }
  const wanted = search.slice(0, LOOKED_AT).trim()
  const found = view.integrations.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))
  const result = found.length === 0 ? say('found_none', { search: wanted }) : say('found', { count: found.length })
  return {
    title,
    body: markup`${heading(say('choose_integration'))}
<form method="get" action="${token}" role="search" class="search">${hiddenInputs(kept)}
<label for="search">${say('search')}</label>
<div><input type="search" id="search" name="q" value="${wanted}" autocomplete="off" maxlength="${LOOKED_AT}">
<button class="quiet">${say('search_button')}</button></div>
</form>
<p role="status" data-found data-some="${say('found')}" data-none="${say('found_none')}">${wanted !== '' && result}</p>
<form method="get" action="${token}">${hiddenInputs(kept)}
<ul class="choices">
${found.map(
  integration => markup`<li data-name="${integration.name.toLowerCase()}"><button name="integration" value="${integration.key}">
${logoOf(integration)}<span>${integration.name}</span></button></li>`,
)}
</ul>
</form>
${cancel(shown)}`,
  }
}

const cancel = (shown: Shown) => linkBack(shown, { status: 'cancelled' }, 'quiet')
