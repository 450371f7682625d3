import { ProblemError } from '../../problem/index.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'

interface NotOffered {
  readonly method: string
  readonly path: string
  /** What to use in its place; missing where it is about syncs, which all have the same answer. */
  readonly detail?: string
}

/**
 * Operations of the documented action API that are left out on purpose. They are no part of the OpenAPI document: a
 * client made from it should have no method that always fails. docs/coming-from-nango.md lists them.
 */
export const notOffered: readonly NotOffered[] = [
  { method: 'POST', path: '/sync/trigger' },
  { method: 'POST', path: '/sync/start' },
  { method: 'POST', path: '/sync/pause' },
  { method: 'PUT', path: '/sync/update-connection-frequency' },
  { method: 'POST', path: '/sync/:name/variant/:variant' },
  { method: 'DELETE', path: '/sync/:name/variant/:variant' },
  { method: 'GET', path: '/records' },
  // The documented client asks so, with a slash at the end.
  { method: 'GET', path: '/records/' },
  { method: 'PATCH', path: '/records/prune' },
  {
    method: 'POST',
    path: '/integrations/quickstart',
    detail: 'There is no OAuth app to share: POST /integrations with `credentials` of your own.',
  },
  {
    method: 'GET',
    path: '/integrations/:uniqueKey/functions/:name/code',
    detail:
      'Code is not stored: an action is a file of the deployment, `mappings/<provider>/actions/<name>.ts`, and a verb of a mapping has none. GET /integrations/{uniqueKey}/functions/{name} has the schemas.',
  },
  {
    method: 'DELETE',
    path: '/integrations/:uniqueKey/functions/:name',
    detail:
      'Actions belong to the deployment, and to every integration of their provider: delete `mappings/<provider>/actions/<name>.ts`, and deploy.',
  },
]

/** Answers 501 to what is left out, with what to use in its place. Any key gets to know. */
export function notOfferedRoutes(app: App, services: HttpServices): void {
  for (const { method, path, detail } of notOffered)
    app.on(method, path, requireKey(services), () => {
      throw detail === undefined ? new ProblemError('syncs-not-supported') : new ProblemError('not-offered', { detail })
    })
}
