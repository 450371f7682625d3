import type { Gateway } from '../app.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import type { Live, LiveConnection } from '../store/index.ts'
import { overlaidMapping } from './field-overrides.ts'

/** On whose behalf something is run. */
export interface Caller {
  /** Id of the environment. */
  readonly environment: string
  readonly connectionId: string
  readonly integrationKey?: string | undefined
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  /** The span that provider requests belong to, where the caller traces. */
  readonly traceparent?: string | undefined
}
/** What a call is run with: the connection, its provider, and the mapping of the model. */
export interface Target {
  readonly connection: LiveConnection
  readonly provider: ProviderFile
  readonly mapping: Mapping
}

const missing = (live: Exclude<Live, { found: unknown }>): Outcome<never> =>
  'ambiguous' in live
    ? fail('connection-ambiguous')
    : fail(live.missing === 'connection' ? 'connection-not-found' : 'integration-not-found')

/**
 * Connection → integration → provider → mapping. Synchronous when everything is warm: a warm request reads no storage
 * and waits for nothing.
 */
export function find(parts: Gateway, caller: Caller, model: string): Outcome<Target> | Promise<Outcome<Target>> {
  const live = parts.store.live(caller.environment, caller.connectionId, caller.integrationKey)
  if (live instanceof Promise) return live.then(found => ready(parts, found, model))
  return ready(parts, live, model)
}

function ready(parts: Gateway, live: Live, model: string): Outcome<Target> | Promise<Outcome<Target>> {
  if (!('found' in live)) return missing(live)
  const connection = live.found
  const id = connection.integration.provider
  const mapping = overlaidMapping(parts.catalogue, connection, model)
  const provider = parts.catalogue.provider(id)
  const target = (own: ProviderFile, found: Mapping | undefined): Outcome<Target> =>
    found
      ? done({ connection, provider: own, mapping: found })
      : fail('unsupported-verb', { provider: id, detail: `This provider has no ${model} here.` })
  if (mapping instanceof Promise || provider instanceof Promise)
    return Promise.all([provider, mapping]).then(([own, found]) => target(own, found))
  return target(provider, mapping)
}
