import type { Failure } from '../problem/index.ts'
import type { Sent } from '../provider/client.ts'
import { type ProviderResponse, readJson } from '../provider/json-response.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import type { SendHow } from './backend.ts'
import { backendOf } from './backend-of.ts'
import type { BackendServices, CallContext } from './call-context.ts'

/**
 * Sends a request on behalf of a connection, through the backend of its integration, and reads the JSON of its
 * response. Fails where no response came, or one that is no JSON.
 */
export async function sendJson(
  services: BackendServices,
  context: CallContext,
  request: ProviderRequest,
  how: SendHow,
): Promise<Sent<ProviderResponse> | { failure: Failure }> {
  const { connection, log } = context
  const sent = await backendOf(connection).send(services, context, request, how)
  if ('failure' in sent) return sent
  log.budget = sent.budget
  return readJson(sent, connection.integration.provider)
}
