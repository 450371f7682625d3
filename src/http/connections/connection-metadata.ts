import { createRoute, z } from '@hono/zod-openapi'
import { ProblemError } from '../../problem/index.ts'
import { faultsOfFieldMappings } from '../../records/field-mappings.ts'
import { CHANGE_LIMIT, METADATA_LIMIT, type MetadataChange } from '../../store/metadata.ts'
import type { App, HttpServices } from '../context.ts'
import { requireKey } from '../middleware/authenticate.ts'
import { faultAt, invalidField, throwFaults } from '../request-faults.ts'
import { quotaExceeded } from '../require-room.ts'
import { authErrors, body, bodyErrors, json, problemResponses, security } from '../schemas.ts'
import { metadataInput } from './schemas.ts'

const tags = ['Connections']
const common = {
  path: '/connections/metadata',
  tags,
  security,
  request: { query: z.strictObject({}), body: body(metadataInput) },
} as const
const echo = json(metadataInput, 'The body, as it was sent.')
const problems = problemResponses(
  ...authErrors,
  ...bodyErrors,
  'bad-parameter',
  'connection-not-found',
  'integration-not-found',
  'concurrent-change',
  'quota-exceeded',
)

/** `POST` and `PATCH /connections/metadata`, for one connection or many. */
export function metadataRoutes(app: App, services: HttpServices): void {
  const middleware = requireKey(services, 'connections:write')

  /**
   * Sets or merges the metadata of all connections that the body names.
   * @throws ProblemError with nothing done, where one of them is not there or would become too large
   */
  async function setMetadata(environment: string, input: z.output<typeof metadataInput>, how: MetadataChange['how']) {
    const { connection_id, provider_config_key, metadata } = input
    const ids = [connection_id].flat()
    const pointer = (id: string) =>
      Array.isArray(connection_id) ? `/connection_id/${ids.indexOf(id)}` : '/connection_id'
    const integration =
      metadata.field_mappings === undefined
        ? undefined
        : await services.store.integrations.find(environment, provider_config_key)
    if (integration) throwFaults(await faultsOfFieldMappings(services, integration.provider, metadata))
    const answer = await services.store.connections.setMetadata(environment, provider_config_key, {
      ids,
      metadata,
      how,
    })
    if ('set' in answer) return
    if ('busy' in answer) throw new ProblemError('concurrent-change', { retry_after: 1 })
    if ('full' in answer) throw quotaExceeded(services)
    if ('tooMuch' in answer)
      throw invalidField(
        faultAt('/connection_id', `The metadata of all of them would be more than ${CHANGE_LIMIT} bytes: name fewer.`),
      )
    if ('tooLarge' in answer)
      throw invalidField(faultAt('/metadata', `At most ${METADATA_LIMIT} bytes for one connection.`))
    if (answer.missing === 'integration') throw new ProblemError('integration-not-found')
    throw new ProblemError('connection-not-found', {
      detail: `No connection of that id: ${answer.ids.join(', ')}. Nothing was changed.`,
      errors: answer.ids.map(id => faultAt(pointer(id), 'There is no such connection.', 'not-found')),
    })
  }

  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      operationId: 'setMetadata',
      summary: 'Set metadata',
      description:
        'Replaces the whole metadata of one connection or many: of all that are named, or of none. Needs the scope `connections:write`.',
      middleware,
      responses: { 201: echo, ...problems },
    }),
    async c => {
      const input = c.req.valid('json')
      await setMetadata(c.var.access.environment, input, 'replace')
      return c.json(input, 201)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'patch',
      operationId: 'updateMetadata',
      summary: 'Merge metadata',
      description:
        'Sets the members that the body names, whole, and leaves the others: of all connections that are named, or of none. Needs the scope `connections:write`.',
      middleware,
      responses: { 200: echo, ...problems },
    }),
    async c => {
      const input = c.req.valid('json')
      await setMetadata(c.var.access.environment, input, 'merge')
      return c.json(input, 200)
    },
  )
}
