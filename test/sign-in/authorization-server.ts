// A real OAuth 2 server on 127.0.0.1 (oidc-provider), and a browser without a screen that signs in at it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

export interface AuthorizationServer {
  readonly url: string
  /** Bodies of requests to the token endpoint, in order. */
  readonly asked: URLSearchParams[]
  close(): Promise<void>
}

export const CLIENT = { client_id: 'the-client', client_secret: 'a secret:/&+%' } as const

/** Starts the server, with one client that may come back to an address. */
export async function startAuthorizationServer(
  redirectUri: string,
  more: Configuration = {},
): Promise<AuthorizationServer> {
  const asked: URLSearchParams[] = []
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(url, {
    clients: [
      {
        ...CLIENT,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    ttl: { AccessToken: 600, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600, IdToken: 60 },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    scopes: ['openid', 'offline_access', 'contacts.read'],
    cookies: { keys: ['a key of the tests'] },
    ...more,
  })
  provider.use(async (context, next) => {
    await next()
    if (context.path === '/token') asked.push(new URLSearchParams(context.oidc?.params as Record<string, string>))
  })
  server.on('request', provider.callback())
  return {
    url,
    asked,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A browser that keeps cookies and follows redirects, and fills in the server's pages. */
export function createBrowser() {
  const jar = new Map<string, Map<string, string>>()
  const visited: string[] = []
  async function go(address: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(address)
    const cookies = jar.get(host) ?? new Map<string, string>()
    jar.set(host, cookies)
    visited.push(address)
    const response = await fetch(address, {
      redirect: 'manual',
      ...init,
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...init.headers },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return response
  }
  /** Follows redirects and signs in, until a page of `end` answers, which is not followed any more. */
  async function signIn(address: string, end: string): Promise<Response> {
    let at = address
    let response = await go(at)
    for (let i = 0; i < 20; i++) {
      const location = response.headers.get('location')
      if (location !== null) {
        at = new URL(location, at).href
        response = await go(at)
      } else if (new URL(at).origin === end) return response
      else {
        const page = await response.text()
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
        const action = /action="([^"]+)"/.exec(page)?.[1]
        if (!prompt || !action)
          throw new Error(`${at}: ${response.status} ${page.replace(/<style>[\s\S]*<\/style>/, '').slice(0, 600)}`)
        at = new URL(action, at).href
        response = await go(at, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: prompt === 'login' ? 'prompt=login&login=ada&password=x' : 'prompt=consent',
        })
      }
    }
    throw new Error('it never came to an end')
  }
  return { go, signIn, visited, cookies: jar }
}
