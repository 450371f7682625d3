import { OpenAPIHono } from '@hono/zod-openapi'
import { renderCallbackPage } from '../../src/http/connect/callback-page.ts'
import { connectPageRoutes } from '../../src/http/connect/routes.ts'
import type { App, Variables } from '../../src/http/context.ts'
import { errorResponse, problemResponse } from '../../src/http/problem-response.ts'
import { listen } from '../../src/node/listen.ts'
import { staticFiles } from '../../src/node/static-files.ts'
import { imitatedFlow } from './session.ts'

/** The connect page on a socket, over an imitated sign-in, with a callback as a sign-in has it. */
export async function startConnect(authorize?: (state: string) => string) {
  const imitated = imitatedFlow(authorize)
  const app: App = new OpenAPIHono<Variables>()
  connectPageRoutes(app, { asset: staticFiles(), flow: imitated.flow })
  app.get('/oauth/callback', async c => {
    const state = c.req.query('state') ?? ''
    const { token, back } = imitated.attempts.get(state)!
    const { body, headers } = await renderCallbackPage(
      { attempt: state, mode: back.mode, connectUrl: `/connect/${token}${back.query ? `?${back.query}` : ''}` },
      { acceptLanguage: c.req.header('accept-language') },
    )
    return c.body(body, 200, { ...headers })
  })
  app.notFound(c => problemResponse(c, { code: 'not-found' }))
  app.onError((error, c) => errorResponse(error, c, () => {}))
  const listener = await listen(app.fetch, { hostname: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${listener.port}`
  /** What a browser without JavaScript sends for a form. */
  const post = (path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
    fetch(url + path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers },
      redirect: 'manual',
    })
  return {
    ...imitated,
    url,
    post,
    get: (path: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(url + path, { headers, redirect: 'manual' }),
    close: () => listener.close(false),
  }
}
