import { createCallLog, hadEffect } from '../../src/backends/index.ts'
import { planChunks } from '../../src/records/plan-chunks.ts'
import { type BatchItem, type BatchVerb, type ItemOutcome, sendChunk } from '../../src/records/write-chunk.ts'
import { hasEvidence } from '../support/evidence.ts'
import { listen, openProvider, type ProviderGateway, type ProviderSetup } from '../support/gateway.ts'
import { type GateOptions, startGate, type Violation } from '../support/specification.ts'

/** A provider whose requests and answers are judged by its specification, and what sends chunks to it. */
export interface Chunks {
  readonly gateway: ProviderGateway
  /** Requests that the provider got, as `POST /path`, with what they held. */
  readonly seen: { readonly at: string; readonly url: URL; readonly body: unknown }[]
  readonly violations: readonly Violation[]
  /** Answers in the place of the provider, where it wants one. */
  answer(instead: (at: string) => Response | undefined): void
  plan(model: string, verb: BatchVerb, items: readonly BatchItem[]): ReturnType<typeof planChunks>
  send(
    model: string,
    verb: BatchVerb,
    items: readonly BatchItem[],
  ): Promise<{ outcome: Awaited<ReturnType<typeof sendChunk>>; hadEffect: boolean }>
  /** What became of each record of a chunk that was answered. */
  results(model: string, verb: BatchVerb, items: readonly BatchItem[]): Promise<readonly ItemOutcome[]>
  reset(): void
  close(): Promise<void>
}

/** Opens a provider over its imitation. */
export async function openChunks(
  setup: Omit<ProviderSetup, 'address'>,
  sandbox: { app: { fetch(request: Request): Response | Promise<Response> }; reset(): void },
  options: () => Omit<GateOptions, 'handler'>,
): Promise<Chunks> {
  const seen: { at: string; url: URL; body: unknown }[] = []
  let instead: (at: string) => Response | undefined = () => undefined
  const handler = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const at = `${request.method} ${url.pathname}`
    const text = await request.clone().text()
    seen.push({ at, url, body: text === '' ? undefined : JSON.parse(text) })
    return instead(at) ?? sandbox.app.fetch(request)
  }
  const gate = hasEvidence
    ? await startGate({ ...options(), handler })
    : { ...(await listen(handler)), violations: [] as Violation[] }
  const gateway = await openProvider({ ...setup, address: gate.url })
  const { body } = await gateway.call('GET /environments')
  const caller = () => ({ environment: body.data[0].id, connectionId: 'test', log: createCallLog() })
  const send: Chunks['send'] = async (model, verb, items) => {
    const by = caller()
    const outcome = await sendChunk(gateway.records, by, model, { verb, items })
    return { outcome, hadEffect: hadEffect(by.log) }
  }
  return {
    gateway,
    seen,
    violations: gate.violations,
    answer(other) {
      instead = other
    },
    plan: (model, verb, items) => planChunks(gateway.records, caller(), model, { verb, items }),
    send,
    async results(model, verb, items) {
      const { outcome } = await send(model, verb, items)
      if (outcome.type !== 'answered') throw new Error(JSON.stringify(outcome))
      return outcome.results
    },
    reset() {
      sandbox.reset()
      seen.length = 0
      gate.violations.length = 0
      instead = () => undefined
    },
    async close() {
      await gateway.close()
      await gate.close()
    },
  }
}
