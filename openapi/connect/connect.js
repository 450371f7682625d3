// Opens Koine's connect page, and says what came of it: docs/connect.md. The types are in connect.d.ts.

const BASE = new URL('.', import.meta.url)
/** Milliseconds that the page in a frame may take to say that it is there. */
const PATIENCE = 15_000
/** Milliseconds that a success is shown before the page is closed. */
const SHOWN = 2_000

/** Why no account was connected. */
export class ConnectError extends Error {
  constructor(code, detail) {
    super(detail)
    this.name = 'ConnectError'
    this.code = code
    this.detail = detail
  }
}

/** Ends the page that is open; there is one at a time. */
let endOpen

function frameFor(address, onClose) {
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-label', 'Connect')
  dialog.style.cssText =
    'padding:0;border:0;margin:auto;width:min(32rem,100%);height:min(46rem,100%);max-width:100%;max-height:100%'
  const frame = document.createElement('iframe')
  frame.title = 'Connect'
  frame.style.cssText = 'border:0;display:block;width:100%;height:100%'
  frame.src = address
  // Until the page is there with a button of its own, and for one that never comes.
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = '×'
  button.setAttribute('aria-label', 'Close')
  button.style.cssText = 'position:absolute;top:8px;right:8px;width:44px;height:44px;font-size:24px'
  button.onclick = onClose
  dialog.oncancel = event => {
    event.preventDefault()
    onClose()
  }
  dialog.onclick = event => event.target === dialog && onClose()
  dialog.append(frame, button)
  document.body.append(dialog)
  dialog.showModal()
  return { window: frame.contentWindow, ready: () => button.remove(), close: () => dialog.remove() }
}

function popupFor(address, onClose) {
  const left = Math.max(0, screenX + (outerWidth - 500) / 2)
  const popup = window.open(address, '_blank', `popup,width=500,height=740,left=${left}`)
  if (!popup) return undefined
  const timer = setInterval(() => popup.closed && onClose(), 500)
  const close = () => {
    clearInterval(timer)
    popup.close()
  }
  return { window: popup, ready() {}, close }
}

/**
 * Opens the connect page for a session; one that is open is ended. Mode `popup` wants to be called in the handler of a
 * click.
 * @type {import('./connect.d.ts').open}
 */
export function open({ token, mode = 'iframe', lang, theme, onEvent, signal }) {
  endOpen?.('closed', 'The page was opened again.')
  return new Promise((resolve, reject) => {
    const address = new URL(`connect/${encodeURIComponent(token)}`, BASE)
    const status = `${address}/status`
    if (lang) address.searchParams.set('lang', lang)
    if (theme) address.searchParams.set('theme', theme)
    let shown
    let last
    let patience

    // After a success it closes the page and changes nothing else: a promise is settled once.
    const end = (code, detail) => {
      clearTimeout(patience)
      removeEventListener('message', hear)
      signal?.removeEventListener('abort', abort)
      if (endOpen === end) endOpen = undefined
      shown?.close()
      reject(new ConnectError(code, detail))
    }
    // Who closes the page after a failure has given up for that reason.
    const closed = () => (last ? end(last.code, last.detail) : end('closed', 'The page was closed.'))
    const abort = () => end('closed', 'It was ended by the app.')
    const hear = ({ origin, source, data }) => {
      if (origin !== BASE.origin || source !== shown.window || data?.type !== 'koine:connect') return
      const { type, ...event } = data
      const { state, code, detail, connection_id, provider_config_key } = event
      clearTimeout(patience)
      shown.ready()
      if (state === 'error') last = { code: code === 'blocked' || code === 'expired' ? code : 'failed', detail }
      if (state === 'connected') {
        resolve({ connection_id, provider_config_key })
        setTimeout(closed, SHOWN)
      }
      if (state === 'close' || code === 'expired') closed()
      onEvent?.(event)
    }

    if (signal?.aborted) return abort()
    shown = (mode === 'popup' ? popupFor : frameFor)(address.href, closed)
    if (!shown) return end('blocked', 'The browser did not let the window open: open it in the handler of a click.')
    endOpen = end
    addEventListener('message', hear)
    signal?.addEventListener('abort', abort)
    if (mode !== 'popup')
      patience = setTimeout(end, PATIENCE, 'failed', 'The page did not answer. Are you among the allowed_origins?')
    // The page of a session that is over knows no origin that may hear of it.
    fetch(status).then(
      ({ status }) => status === 404 && end('expired', 'The session is over or unknown.'),
      () => {},
    )
  })
}
