import assets from '../../../openapi/connect/assets.json' with { type: 'json' }
import type { App, HttpServices } from '../context.ts'
import { problemResponse } from '../problem-response.ts'

/** What is named by its content stays as it is for good. */
const FOR_GOOD = 'public, max-age=31536000, immutable'
/** What changes with a release is asked for again after five minutes. */
const BRIEFLY = 'public, max-age=300'

const TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', ts: 'text/plain; charset=utf-8' }

/** The files of the connect page, at `/connect-ui/{name}`, and `/connect.js` with its types, for pages of any origin. */
export function connectAssetRoutes(app: App, { asset }: Pick<HttpServices, 'asset'>): void {
  const file = (path: string, name: string, headers: (version: string | undefined) => Record<string, string>) =>
    app.get(path, async c => {
      const found = await asset(`/connect/${name}`, c.req.raw.headers)
      if (!found) return problemResponse(c, { code: 'not-found' })
      return c.newResponse(found.body as Uint8Array<ArrayBuffer> | ReadableStream | null, found.status, {
        'content-type': TYPES[name.split('.').at(-1) as keyof typeof TYPES],
        'x-content-type-options': 'nosniff',
        ...headers(c.req.query('v')),
        ...found.headers,
      })
    })
  for (const [name, hash] of Object.entries(assets))
    file(`/connect-ui/${name}`, name, version => ({
      'cache-control': version === hash.slice(0, 16) ? FOR_GOOD : BRIEFLY,
    }))
  for (const name of ['connect.js', 'connect.d.ts'])
    file(`/${name}`, name, () => ({
      'cache-control': BRIEFLY,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    }))
}
