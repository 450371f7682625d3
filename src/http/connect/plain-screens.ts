// Screens that need no session.
import { markup } from './markup.ts'
import type { Screen } from './page-document.ts'
import { heading } from './screen-parts.ts'
import type { Say } from './words/index.ts'

/** The session is over, or never was. */
export const overScreen = (say: Say): Screen => ({
  title: say('over'),
  status: 404,
  event: { state: 'error', code: 'expired', detail: 'The connect session is over or unknown.' },
  body: markup`${heading(say('over'))}
<p role="alert">${say('over_help')}</p>
<p><button type="button" class="main" data-close hidden>${say('close')}</button></p>`,
})

/** A form was sent from a page that is not this one. */
export const foreignScreen = (say: Say): Screen => ({
  title: say('failed_any'),
  status: 403,
  body: markup`${heading(say('failed_any'))}<p role="alert">${say('foreign_page')}</p>`,
})
