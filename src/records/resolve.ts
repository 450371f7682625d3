import type { BackendServices, CallContext, Caller } from '../backends/index.ts'
import type { Catalogue } from '../mapping/catalogue.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import type { ConnectionLookup, OpenedConnection, Store } from '../store/index.ts'
import type { Cursors } from './cursor.ts'
import { mappingFor } from './field-overrides.ts'

/** What a unified call needs of the process. */
export interface RecordServices extends BackendServices {
  readonly store: Pick<Store, 'lookup'>
  readonly catalogue: Catalogue
  readonly cursors: Cursors
}
/** A call of a model: the context of its connection, with the mapping of the model. */
export interface RecordContext extends CallContext {
  readonly mapping: Mapping
}
/** What every step of such a call needs. */
export interface Step {
  readonly services: RecordServices
  readonly context: RecordContext
}

/** The problem of a connection's id that led to no connection, or to several. */
export const lookupProblem = (lookup: Exclude<ConnectionLookup, { found: unknown }>): Outcome<never> =>
  'ambiguous' in lookup
    ? fail('connection-ambiguous')
    : 'refused' in lookup
      ? fail('storage-integrity')
      : fail(lookup.missing === 'connection' ? 'connection-not-found' : 'integration-not-found')

/**
 * Finds what a call needs: connection, provider and mapping. It answers at once where the caches have everything, so
 * that such a request reads no storage. Fails where the connection is not found, or the provider has no such model.
 */
export function resolve(
  services: RecordServices,
  caller: Caller,
  model: string,
): Outcome<RecordContext> | Promise<Outcome<RecordContext>> {
  const lookup = services.store.lookup(caller.environment, caller.connectionId, caller.integrationKey)
  if (lookup instanceof Promise) return lookup.then(found => withMapping(services, caller, found, model))
  return withMapping(services, caller, lookup, model)
}

function withMapping(
  { catalogue }: RecordServices,
  caller: Caller,
  lookup: ConnectionLookup,
  model: string,
): Outcome<RecordContext> | Promise<Outcome<RecordContext>> {
  if (!('found' in lookup)) return lookupProblem(lookup)
  const connection = lookup.found
  if (caller.uuid !== undefined && connection.uuid !== caller.uuid) return fail('session-ended')
  const mapping = mappingFor(catalogue, connection, model)
  const provider = catalogue.provider(connection.integration.provider)
  if (mapping instanceof Promise || provider instanceof Promise)
    return Promise.all([provider, mapping]).then(([file, found]) => contextOf(caller, connection, file, found ?? model))
  return contextOf(caller, connection, provider, mapping ?? model)
}

/** `mapping` is the name of the model where the provider has none. */
function contextOf(
  { environment, signal, traceparent, isPatient, log }: Caller,
  connection: OpenedConnection,
  provider: ProviderFile,
  mapping: Mapping | string,
): Outcome<RecordContext> {
  if (typeof mapping === 'string')
    return fail('unsupported-verb', {
      provider: connection.integration.provider,
      detail: `This provider has no ${mapping} here.`,
    })
  log.connection = connection
  log.mapping = mapping
  return done({ environment, connection, provider, mapping, signal, traceparent, isPatient, log })
}
