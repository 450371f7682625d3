import { Hono } from 'hono'
import { compileMapping, type Mapping } from '../../src/mapping/compile.ts'
import type { Verb } from '../../src/mapping/errors.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import { type Model, models } from '../../src/models/index.ts'
import { answerList, answerVerb, type Operation, operationsOf } from './answer.ts'
import { openRecords, type Records } from './records.ts'
import { refusalsOf } from './refusal.ts'
import { type StubReply, type StubRequest, takeApart } from './request.ts'
import { type Pointing, seeds } from './seed.ts'
import type { Merges } from './sent.ts'
import { isSigned } from './sign-in.ts'
import { wordOf } from './word.ts'

/** A provider's folder, as far as a stub is made from it. */
export interface StubFiles {
  readonly id: string
  readonly provider: ProviderFile
  /** Name of the model → file. */
  readonly models: Readonly<Record<string, ModelFile>>
  readonly fixtures: readonly Fixture[]
  readonly merges?: Merges | undefined
}
/** A provider that is made from its mapping. */
export interface Stub {
  readonly app: Hono
  /** Puts the records back as they were. */
  reset(): void
}
/** What the code beside a mapping (its hooks, its actions) calls of a provider that no mapping names. */
export interface Beside {
  /** Model → its records. */
  readonly records: ReadonlyMap<string, Records>
  refuse(message: string): StubReply
  /** Has the stub answer a request of the mapping, from a part of the records. */
  answer(request: StubRequest, only?: (record: Record<string, unknown>) => boolean): StubReply
}
/** Answers a request that no mapping names; undefined for any other. */
export type Extra = (request: StubRequest, beside: Beside) => StubReply | undefined

export interface StubOptions {
  /** The one token that is let in, `sandbox-<id>-token` unless given. */
  readonly token?: string
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
  readonly extra?: Extra | undefined
}

/** The header by which a fault asks for a list that has no end: every page is the first, and names this as the next. */
export const ENDLESS = 'x-sandbox-endless'
/** Numbers of a model's records begin here, times its place among the models: ids of two models differ. */
const NUMBERS = 1_000

/**
 * A provider made from its own mapping and fixtures: it answers every request that the mapping can make, from records
 * that it keeps.
 *
 * @example
 * const { app, reset } = createStub({ id: 'acme', provider, models: { contacts }, fixtures: [] })
 */
export function createStub(files: StubFiles, options: StubOptions = {}): Stub {
  const { id, provider } = files
  const { token = `sandbox-${id}-token`, now = Date.now, extra } = options
  const refusals = refusalsOf(id, provider)
  const records = new Map<string, Records>()
  const pointing = (own: Records): Pointing => ({
    id: (model, number) => (number === undefined ? undefined : (records.get(model)?.idAt(number) ?? String(number))),
    word: (field, number) => wordOf(own.shape.samples(field), field, number),
  })
  const operations: Operation[] = []
  for (const [i, model] of Object.values(models).entries()) {
    const file = files.models[model.name]
    if (!file) continue
    const mapping = compile(files, model, file)
    const { fixtures, merges } = files
    const own = openRecords({ mapping, fixtures, merges, from: NUMBERS * (i + 1), now }, it => {
      const seed = seeds[model.name]
      return seed ? seed(pointing(it)) : it.shape.copies(now())
    })
    records.set(model.name, own)
    operations.push(...operationsOf(own, provider))
  }
  operations.sort((a, b) => b.address.weight - a.address.weight)
  // Only now, when every model is known: seeds point to one another.
  const reset = () => {
    for (const own of records.values()) own.reset()
    for (const operation of operations) if ('made' in operation) operation.made.clear()
  }
  reset()

  const beside: Beside = {
    records,
    refuse: message => refusals.refuse('invalid', message),
    answer: (request, only = () => true) => answer(request, only),
  }
  function answer(request: StubRequest, only: (record: Record<string, unknown>) => boolean): StubReply {
    const here = operations.flatMap(operation => {
      const found = operation.address.method === request.method ? operation.address.read(request.path) : undefined
      return found ? [{ operation, found }] : []
    })
    const origin = `https://${provider.hosts[0]!.replace('*', 'sandbox')}`
    const endless = request.headers[ENDLESS]
    for (const { operation, found } of here) {
      const reply =
        'list' in operation
          ? answerList(operation, request, found, { origin, endless, only, refusals })
          : answerVerb(operation, request, found, refusals)
      if (reply) return reply
    }
    const [first] = here
    const verb: Verb = first && 'verb' in first.operation ? first.operation.verb : 'list'
    return first
      ? refusals.refuse('invalid', 'The mapping makes no such request here.', verb)
      : refusals.refuse('not-found', 'There is no such path.')
  }
  function serve(request: StubRequest): StubReply {
    if (!isSigned(provider, request.headers, token)) return refusals.refuse('unauthorized', 'The token is not let in.')
    return extra?.(request, beside) ?? answer(request, () => true)
  }

  const app = new Hono()
  app.all('*', async c => {
    const { method, url, headers } = c.req.raw
    const body = await c.req.text()
    let request: StubRequest
    try {
      request = takeApart({ method, url, headers: Object.fromEntries(headers), body })
    } catch {
      return send(refusals.refuse('invalid', 'The body is no JSON.'))
    }
    return send(serve(request))
  })
  return { app, reset }
}

function compile({ id, provider }: StubFiles, model: Model, file: ModelFile): Mapping {
  return compileMapping({
    id,
    provider,
    model,
    file,
    now: Date.now,
    report: (pointer, message) => {
      throw new Error(`${id}/${model.name}.json#${pointer}: ${message}`)
    },
  })
}
const send = ({ status, headers, body }: StubReply): Response =>
  body === undefined ? new Response(null, { status, headers }) : Response.json(body, { status, headers })
