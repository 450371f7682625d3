import { createRoute, z } from '@hono/zod-openapi'
import { longestRun } from '../../actions/run-function.ts'
import { trigger } from '../../actions/trigger.ts'
import { anyJson } from '../../models/any-json.ts'
import { ProblemError, unwrap } from '../../problem/index.ts'
import type { StoredAnswer } from '../../store/index.ts'
import type { App, HttpServices } from '../context.ts'
import { idempotent, once } from '../idempotent.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { callErrors } from '../records/on-behalf.ts'
import { callerHeaders, idempotencyHeader } from '../records/schemas.ts'
import { acceptRun } from '../runs/accept-run.ts'
import { askedAsync, asyncHeaders } from '../runs/asked-async.ts'
import { acceptedResponse } from '../runs/schemas.ts'
import { body, bodyErrors, jsonText, problemResponses, security } from '../schemas.ts'
import { spanOf } from '../traceparent.ts'

const input = z
  .object({
    action_name: z
      .string()
      .regex(/^[a-zA-Z0-9_-]+$/, 'Letters, digits, _ and - are allowed.')
      .max(255)
      .openapi({ description: 'Name of the action.', example: 'list-contacts' }),
    input: anyJson.optional().openapi({ description: 'What the action expects; any JSON.', example: { limit: 2 } }),
  })
  .openapi('Trigger', { example: { action_name: 'list-contacts', input: { limit: 2 } } })

/** The answer of an action that gave something, or nothing. */
const answer = ({ value, text }: { readonly value?: unknown; readonly text?: string | undefined }): StoredAnswer =>
  value === undefined
    ? { status: 200, headers: {}, body: '' }
    : { status: 200, headers: { 'content-type': 'application/json' }, body: text ?? JSON.stringify(value) }

/** `POST /action/trigger`, as the documented action API has it: an action function, or a verb of a mapping. */
export function actionRoutes(app: App, services: HttpServices): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/action/trigger',
      operationId: 'triggerAction',
      tags: ['Actions'],
      summary: 'Trigger an action',
      description:
        'Runs an action function, or a verb of a mapping (`create-contact`, `list-deals`), and answers what it returns, as it is. A void action answers 200 with an empty body. With `X-Async` it is accepted as a run, and answered 202. Needs the scope `actions:execute`.',
      security,
      parameters: [...callerHeaders, idempotencyHeader, ...asyncHeaders],
      middleware: requireKey(services, 'actions:execute'),
      request: { body: body(input) },
      responses: {
        200: jsonText(z.unknown().openapi({ example: { open: 3 } }), 'What the action returned.'),
        202: acceptedResponse,
        ...problemResponses(
          ...callErrors,
          ...bodyErrors,
          'action-not-found',
          'action-input-invalid',
          'action-failed',
          'action-timeout',
          'output-too-large',
          'record-not-found',
          'conflict',
          'bad-cursor',
          'unsupported-filter',
          'unsupported-sort',
          'unsupported-field',
          ...idempotent,
        ),
      },
    }),
    async c => {
      const { environment, environmentName } = c.get('access')
      const integration = c.req.header('provider-config-key') ?? ''
      const connection = c.req.header('connection-id') ?? ''
      if (integration === '' && connection === '')
        throw new ProblemError('bad-parameter', {
          detail: 'The headers `Connection-Id` and `Provider-Config-Key` are missing.',
          errors: [{ pointer: '/header/connection-id', code: 'required', detail: 'Name the customer’s connection.' }],
        })
      const { action_name: name, input } = c.req.valid('json')
      const signal = c.req.raw.signal
      const requestId = c.get('requestId')
      const traceparent = spanOf(c.req.header('traceparent'))
      const how = askedAsync(c)
      const lasts = (provider: string) => longestRun(services.catalogue, provider, name)
      const repeatable = { body: c.req.valid('json'), lasts, isRun: how !== undefined }
      if (how)
        return once(c, services, repeatable, log =>
          acceptRun(c, services, { how, log, kind: 'action', name, input, answer }),
        )
      return once(c, services, repeatable, async log => {
        const { value, text } = unwrap(
          await trigger(services, {
            environment,
            environmentName,
            integration,
            connection,
            name,
            input,
            signal,
            traceparent,
            requestId,
            log,
          }),
        )
        return answer({ value, text })
      })
    },
  )
}
