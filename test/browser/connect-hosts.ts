// What stands around the connect page in a browser: an app that shows it, one that may not, and a provider.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Pages by their paths, on a port of their own. `localhost` and `127.0.0.1` are two sites to a browser. */
export async function servePages(
  pages: Readonly<Record<string, (query: URLSearchParams) => string | { to: string } | { alone: string }>>,
) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host.invalid')
    const page = pages[pathname]?.(searchParams)
    if (page === undefined) return response.writeHead(404).end()
    if (typeof page === 'object' && 'to' in page) return response.writeHead(302, { location: page.to }).end()
    const type = { 'content-type': 'text/html; charset=utf-8' }
    if (typeof page === 'string') return response.writeHead(200, type).end(page)
    // A page that lets no other have a hold of its window.
    response.writeHead(200, { ...type, 'cross-origin-opener-policy': 'same-origin' }).end(page.alone)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** An app with a button that opens the connect page; what came of it stands in `#result`, what it heard in `heard`. */
export const appPage = (gateway: string, token: string, options: string) => `<!doctype html>
<html lang="en"><title>App</title><button id="open">Open</button><p id="result"></p>
<script>window.heard = []; addEventListener('message', event => heard.push({ origin: event.origin, data: event.data }))</script>
<script type="module">
import { open } from '${gateway}/connect.js'
const result = document.getElementById('result')
const begin = () => open({ token: '${token}', ...${options} }).then(
  connected => { result.textContent = JSON.stringify(connected) },
  error => { result.textContent = error.name + ' ' + error.code })
document.getElementById('open').onclick = begin
window.begin = begin
</script></html>`

/**
 * What `openConnectUI` of @nangohq/frontend 0.71 does, written from its published code (facts in docs/connect.md): a frame
 * over the page at `baseURL/?apiURL=…`, the token when it is `ready`, messages of another origin dropped, `close` removes
 * the frame.
 */
export const documentedClientPage = (gateway: string, token: string) => `<!doctype html>
<html lang="en"><title>App</title><script>
window.events = []
const base = new URL('${gateway}/connect-ui')
const frame = document.createElement('iframe')
frame.id = 'connect-ui'
frame.style = 'position:fixed;z-index:9999;inset:0;width:100%;height:100%;border:0'
frame.src = base.href + '/?apiURL=https%3A%2F%2Fapi.nango.dev&detectClosedAuthWindow=true&lang=de&theme=dark'
addEventListener('message', event => {
  if (event.origin !== base.origin) return
  if (!event.data?.type) return
  events.push(event.data)
  if (event.data.type === 'ready') frame.contentWindow.postMessage({ type: 'session_token', sessionToken: '${token}' }, '*')
  if (event.data.type === 'close') frame.remove()
})
addEventListener('DOMContentLoaded', () => document.body.append(frame))
</script><body></body></html>`
