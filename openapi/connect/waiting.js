// `/connect-ui/`: waits for the session's token from the page that shows this one, and goes on to the page of the session.

/** Milliseconds until a page without a token says so. */
const PATIENCE = 10_000

const host = parent === window ? opener : parent
const parameters = new URLSearchParams(location.search)
const texts = [...document.querySelectorAll('[data-text]')]
const show = (name, value = '') => {
  for (const element of texts) {
    element.hidden = element.dataset.text !== name
    if (!element.hidden) element.textContent = element.textContent.replace('{name}', () => value)
  }
  document.querySelector('[data-close]').hidden = !hostOrigin
}

/** The origin of the page around this one, as the browser says it: a message goes there and nowhere else. */
let hostOrigin =
  (parent === window ? undefined : location.ancestorOrigins?.[0]) ||
  (document.referrer ? new URL(document.referrer).origin : undefined)
// Nothing but that this page is there, or wants to go, and why, is said before the session is known.
const tell = message => hostOrigin && host?.postMessage(message, hostOrigin)

const close = () => tell({ type: 'close' })
document.querySelector('[data-close]').addEventListener('click', close)
addEventListener('keydown', ({ key }) => key === 'Escape' && close())

/** What is kept of the parameters: how the page looks. Never where to call: that is this server. */
function addressOf(token) {
  const address = new URL(`../connect/${token}`, location.href)
  address.searchParams.set('events', 'connect-ui')
  for (const name of ['lang', 'theme']) if (parameters.get(name)) address.searchParams.set(name, parameters.get(name))
  return address
}

async function begin(token, origin) {
  const status = await fetch(new URL(`../connect/${token}/status`, location.href)).catch(() => undefined)
  if (status?.status === 404) {
    show('over')
    return tell({ type: 'error', payload: { errorType: 'expired', errorMessage: 'The connect session is over or unknown.' } })
  }
  if (!status?.ok) return show('unreachable')
  const { allowed_origins } = await status.json()
  if (!allowed_origins.includes(origin)) return show('foreign-host', origin)
  location.replace(addressOf(token))
}

if (!host) show('no-session')
else {
  const timer = setTimeout(() => show('no-session'), PATIENCE)
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== host || data?.type !== 'session_token') return
    clearTimeout(timer)
    hostOrigin = origin
    if (typeof data.sessionToken !== 'string' || !/^[\w-]{16,200}$/.test(data.sessionToken)) return show('over')
    begin(data.sessionToken, origin)
  })
  tell({ type: 'ready' })
}
