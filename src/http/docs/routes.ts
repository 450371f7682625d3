import reference from '../../../openapi/docs/reference.json' with { type: 'json' }
import { problemPage } from '../../problem/page.ts'
import { problems } from '../../problem/problems.ts'
import type { App, HttpServices } from '../context.ts'
import { problemResponse } from '../problem-response.ts'

/**
 * Nothing is loaded from another origin. The reference page sets styles on its elements, which needs `unsafe-inline`,
 * for styles alone.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
const security = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** What changes with a release is asked for again after five minutes. */
const BRIEFLY = 'public, max-age=300'
/** What is named by its content stays as it is for good. */
const FOR_GOOD = 'public, max-age=31536000, immutable'
/** Names the content of the reference's script, so that a browser that has it never asks again. */
const CONTENT = reference.sha256.slice(0, 16)

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Koine API reference</title>
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript; the document itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/start.js"></script>
<script src="/docs/reference.js?v=${CONTENT}"></script>
</body>
</html>
`

/** `GET /openapi.json`, the reference page at `/docs` with its scripts, and a page for each problem. All public. */
export function docsRoutes(app: App, { asset }: HttpServices): void {
  const file = (path: string, type: string, content?: string) =>
    app.get(path, async c => {
      const found = await asset(path, c.req.raw.headers)
      if (!found) return problemResponse(c, { code: 'not-found' })
      const { status, body, headers } = found
      return c.newResponse(body as Uint8Array<ArrayBuffer> | ReadableStream | null, status, {
        'content-type': type,
        'cache-control': content !== undefined && c.req.query('v') === content ? FOR_GOOD : BRIEFLY,
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
        ...headers,
      })
    })
  file('/openapi.json', 'application/json')
  file('/docs/reference.js', 'text/javascript; charset=utf-8', CONTENT)
  file('/docs/start.js', 'text/javascript; charset=utf-8')
  app.get('/docs', c => c.html(PAGE, 200, { ...security, 'cache-control': BRIEFLY }))
  app.get('/problems/:code', c => {
    const code = c.req.param('code')
    if (!Object.hasOwn(problems, code)) return problemResponse(c, { code: 'not-found' })
    return c.html(problemPage(code as keyof typeof problems), 200, { ...security, 'cache-control': BRIEFLY })
  })
}
