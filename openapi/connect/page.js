// The connect page with JavaScript: its forms are sent without leaving the page, the provider's page opens in a window of
// its own, and whoever shows the page is told what happens. Without this file the same forms work as plain pages.

const body = document.body
const parameters = new URLSearchParams(location.search)
const isFrame = parent !== window
const host = isFrame ? parent : opener
const display = isFrame ? 'frame' : opener ? 'popup' : 'page'
const screenNow = () => document.getElementById('screen')
const find = selector => document.querySelector(selector)

// ---- Whoever shows the page

/** Origins that may hear of it. Where the browser says which one shows the page, that one alone. */
const allowed = JSON.parse(body.dataset.origins || '[]')
const shownBy = isFrame && location.ancestorOrigins ? location.ancestorOrigins[0] : undefined
const hearers = shownBy === undefined ? allowed : allowed.filter(origin => origin === shownBy)

/** The messages of the documented client; `ready` was said by the page that waited for the token. */
const asDocumented = {
  connected: ({ connection_id, provider_config_key }) => ({
    type: 'connect',
    payload: { providerConfigKey: provider_config_key, connectionId: connection_id },
  }),
  error: ({ code, detail }) => ({ type: 'error', payload: { errorType: code, errorMessage: detail } }),
  close: () => ({ type: 'close' }),
}

function tell(event) {
  if (!host) return
  const isDocumented = parameters.get('events') === 'connect-ui'
  const message = isDocumented ? asDocumented[event.state]?.(event) : { type: 'koine:connect', ...event }
  // A browser delivers it only where the origin is that of the window.
  if (message) for (const origin of hearers) host.postMessage(message, origin)
}

function close() {
  tell({ state: 'close' })
  if (display === 'popup') window.close()
}

// ---- Screens

/** A secret is never sent back by the server, so what was typed is put back here where the same form is shown again. */
function keepTyped(before, after) {
  const formOf = element => element.querySelector('form[data-at]')
  const [old, now] = [formOf(before), formOf(after)]
  if (!old || !now) return
  const same = name => old.elements[name]?.value === now.elements[name]?.value
  if (!same('integration') || !same('type')) return
  for (const input of now.elements)
    if (/^(field|question)\./.test(input.name) && !input.value) input.value = old.elements[input.name]?.value ?? ''
}

let signingIn
function show(page) {
  const next = page.getElementById('screen')
  if (!next) throw new TypeError('no screen')
  keepTyped(screenNow(), next)
  signingIn = clearInterval(signingIn?.timer)
  screenNow().replaceWith(next)
  document.title = page.title
  find('[data-unreachable]').hidden = true
  begin(next)
  const target = next.querySelector('[aria-invalid]') ?? next.querySelector('h1')
  target?.focus()
}

/** Makes a screen work, and tells what it says. */
function begin(element) {
  for (const button of document.querySelectorAll('[data-close]')) button.hidden = display === 'page'
  for (const link of element.querySelectorAll('[data-return]')) link.hidden = display !== 'page'
  if (element.dataset.event) tell(JSON.parse(element.dataset.event))
}

// ---- Requests

let isBusy = false
function busy(on) {
  isBusy = on
  screenNow().setAttribute('aria-busy', on)
  const status = find('[data-busy]')
  status.textContent = on ? status.dataset.text : ''
}

/** The page at an address, or what came of a form. */
async function load(address, form) {
  const response = await fetch(address, {
    headers: { accept: 'text/html' },
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  return { page, status: response.status }
}

async function send(form, submitter) {
  const data = new FormData(form, submitter)
  const address = new URL(form.getAttribute('action'), location.href)
  const isPost = form.method === 'post'
  let popup
  // Now, while it is a click: a browser lets no window open later.
  if (form.dataset.at === 'provider' && display !== 'page' && form.checkValidity()) {
    popup = openWindow()
    // In a frame the provider's page cannot be shown; there, a link opens the window.
    if (popup || display === 'frame') data.set('back', 'popup')
  }
  if (!isPost) address.search = new URLSearchParams(data)
  busy(true)
  try {
    const { page } = await load(address, isPost ? data : undefined)
    const redirect = page.getElementById('screen')?.dataset.redirect
    if (redirect && !popup && data.get('back') === 'page') return location.assign(redirect)
    show(page)
    if (redirect) waitFor(popup, redirect)
    else popup?.close()
    if (!isPost && display === 'page') history.pushState(null, '', address)
  } catch {
    popup?.close()
    find('[data-unreachable]').hidden = false
  } finally {
    busy(false)
  }
}

// ---- Signing in at the provider

function openWindow(address = '') {
  const [width, height] = [500, 700]
  const left = Math.max(0, screenX + (outerWidth - width) / 2)
  const top = Math.max(0, screenY + (outerHeight - height) / 2)
  return open(address, '_blank', `popup,width=${width},height=${height},left=${left},top=${top}`)
}

const say = (name, text) => {
  const element = screenNow().querySelector(`[data-${name}]`)
  if (!element) return
  element.textContent = text ? screenNow().querySelector(`[data-${name}-text]`).content.textContent : ''
  element.hidden = !text
}

function waitFor(popup, redirect) {
  screenNow().querySelector('[data-in-window]').hidden = !popup
  screenNow().querySelector('[data-in-page]').hidden = Boolean(popup)
  signingIn = { popup }
  if (popup) {
    popup.location.replace(redirect)
    watch()
  } else {
    say('blocked', true)
    tell({ state: 'error', code: 'blocked', detail: 'The browser did not let the window of the sign-in open.' })
  }
}

/** A window may only look closed: a provider's page can cut it off from this one. So success is still heard of. */
function watch() {
  clearInterval(signingIn.timer)
  signingIn.timer = setInterval(() => {
    if (!signingIn?.popup.closed) return
    clearInterval(signingIn.timer)
    say('closed', true)
  }, 500)
}

/** A sign-in is back. Its window asks to be let go; on the channel, only once it is known to be of this page. */
async function back(attempt, isCertain, letGo) {
  if (!signingIn || signingIn.attempt === attempt || typeof attempt !== 'string') return
  const mine = signingIn
  mine.attempt = attempt
  if (isCertain) letGo()
  try {
    const address = new URL(location.pathname, location.href)
    for (const name of ['lang', 'theme']) if (parameters.has(name)) address.searchParams.set(name, parameters.get(name))
    address.searchParams.set('attempt', attempt)
    const { page, status } = await load(address)
    if (signingIn !== mine) return
    // Another tab's: two pages that sign in at a time hear of each other.
    if (status === 404 && !isCertain) return (mine.attempt = undefined)
    letGo()
    mine.popup?.close()
    show(page)
  } catch {
    mine.attempt = undefined
    find('[data-unreachable]').hidden = false
  }
}

const channel = new BroadcastChannel('koine-connect')
channel.onmessage = ({ data }) => {
  if (data?.type === 'koine:callback')
    back(data.attempt, false, () => channel.postMessage({ type: 'koine:callback-ack', attempt: data.attempt }))
}
addEventListener('message', ({ origin, source, data }) => {
  // From a page of our own, and from the window that this page opened.
  if (origin !== location.origin || data?.type !== 'koine:callback' || source !== signingIn?.popup) return
  back(data.attempt, true, () => source.postMessage({ type: 'koine:callback-ack', attempt: data.attempt }, origin))
})

// ---- What a person does

document.addEventListener('submit', event => {
  event.preventDefault()
  if (!isBusy) send(event.target, event.submitter)
})

document.addEventListener('click', event => {
  if (event.target.closest('[data-close]')) return close()
  const link = event.target.closest('[data-open]')
  if (!link) return
  event.preventDefault()
  const popup = openWindow(link.href)
  if (!popup) return say('blocked', true)
  if (signingIn?.popup !== popup) signingIn?.popup?.close()
  clearInterval(signingIn?.timer)
  signingIn = { popup }
  say('blocked', false)
  say('closed', false)
  screenNow().querySelector('[data-in-window]').hidden = false
  screenNow().querySelector('[data-in-page]').hidden = true
  watch()
})

document.addEventListener('input', ({ target }) => {
  if (target.name !== 'q') return
  const wanted = target.value.trim().toLowerCase()
  let count = 0
  for (const item of document.querySelectorAll('[data-name]')) {
    item.hidden = !item.dataset.name.includes(wanted)
    if (!item.hidden) count++
  }
  const status = find('[data-found]')
  const text = count === 0 ? status.dataset.none : status.dataset.some
  status.textContent = wanted ? text.replace('{count}', count).replace('{search}', () => target.value.trim()) : ''
})

document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && display !== 'page' && !event.defaultPrevented) close()
})

addEventListener('popstate', () => {
  load(location.href).then(({ page }) => show(page), () => location.reload())
})

// ---- The start

if (isFrame) {
  const around = find('.around')
  around.setAttribute('role', 'dialog')
  around.setAttribute('aria-modal', 'true')
  around.setAttribute('aria-labelledby', 'heading')
}
tell({ state: 'ready' })
const first = screenNow()
begin(first)
// Sent before this file was there.
if (first.dataset.redirect && display === 'page') location.replace(first.dataset.redirect)
else if (first.dataset.redirect) waitFor(null, first.dataset.redirect)
else if (isFrame) first.querySelector('h1')?.focus()
