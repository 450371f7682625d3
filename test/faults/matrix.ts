import { faults } from '../../sandbox/faults.ts'
import { sandboxes } from '../../sandbox/index.ts'
import type { Answer, Caller } from '../contract/caller.ts'

export const verbs = ['list', 'get', 'create', 'update', 'delete'] as const
export type Verb = (typeof verbs)[number]
export const providers = Object.keys(sandboxes)
export const names = Object.keys(faults)

/** One call over a connection whose every request meets the fault. */
export interface Cell {
  readonly fault: string
  readonly verb: Verb
  readonly provider: string
  readonly answer: Answer
  /** Milliseconds until it was answered. */
  readonly ms: number
}
/** What a cell came to: the problem's code, or the status and the codes of its warnings. */
export function outcomeOf({ answer: { status, body } }: Cell): string {
  if (status >= 300) return String(body?.code ?? status)
  const warned = new Set<string>((body?.warnings ?? []).map(({ code }: { code: string }) => code))
  return [String(status), ...[...warned].sort()].join(' ')
}

/** An integration for itself: the circuit of one cell is not to answer for another. */
async function connect(caller: Caller, sandbox: string, provider: string, name: string, fault?: string): Promise<void> {
  const { credentials, connection_config } = sandboxes[provider]!
  const integration_config = { base_url: `${sandbox}/${provider}` }
  const made = [
    await caller.call('POST /integrations', { body: { provider, unique_key: name, integration_config } }),
    await caller.call('POST /connections', {
      body: { provider_config_key: name, connection_id: name, credentials: credentials(fault), connection_config },
    }),
  ]
  for (const { status, text } of made) if (status >= 300) throw new Error(`${name}: ${text}`)
}

/** What the healthy connection of a provider says: ids of its records, and the fields that a create takes. */
interface Known {
  readonly ids: readonly string[]
  readonly creates: ReadonlySet<string>
}

/** What each model is made with and changed by: fields that the provider can write. */
const bodies: Readonly<Record<string, (at: number, known: Known) => { created: unknown; changed: unknown }>> = {
  contacts: (at, { creates }) => ({
    created: creates.has('last_name') ? { first_name: 'Edge', last_name: `Case ${at}` } : { name: `Edge Case ${at}` },
    changed: { emails: [{ email: `tester-${at}@people.example` }] },
  }),
  companies: at => ({ created: { name: `Edge ${at}` }, changed: { name: `Case ${at}` } }),
  deals: at => ({ created: { name: `Edge ${at}` }, changed: { name: `Case ${at}` } }),
  tickets: at => ({ created: { title: `Edge ${at}` }, changed: { title: `Case ${at}` } }),
  invoices: at => ({ created: { memo: `Edge ${at}` }, changed: { memo: `Case ${at}` } }),
}
/** The model that a provider is tried on: the first of those that it has. */
export const modelOf = (provider: string): string => sandboxes[provider]!.models[0]!

/** The request of a cell. Each delete has a record for itself; the first of all is read, the second one changed. */
function requestOf(model: string, verb: Verb, known: Known, at: number): [request: string, body?: unknown] {
  const of = (i: number) => `/${model}/${encodeURIComponent(known.ids[i]!)}`
  const { created, changed } = bodies[model]!(at, known)
  switch (verb) {
    case 'list':
      return [`GET /${model}?limit=5`]
    case 'get':
      return [`GET ${of(0)}`]
    case 'create':
      return [`POST /${model}`, created]
    case 'update':
      return [`PATCH ${of(1)}`, changed]
    case 'delete':
      return [`DELETE ${of(2 + at)}`]
  }
}

/** What is known of each provider, over healthy connections. */
async function knownOf(caller: Caller, sandbox: string): Promise<Map<string, Known>> {
  const found = new Map<string, Known>()
  for (const provider of providers) {
    const connection = `healthy-${provider}`
    await connect(caller, sandbox, provider, connection)
    const model = modelOf(provider)
    const { body } = await caller.call(`GET /${model}?limit=100&fields=id`, { connection })
    const told = await caller.call(`GET /${model}/fields`, { connection })
    const creates = told.body.data.fields.filter(({ create }: { create: boolean }) => create)
    found.set(provider, {
      ids: body.data.map(({ id }: { id: string }) => id),
      creates: new Set(creates.map(({ name }: { name: string }) => name)),
    })
  }
  return found
}

/** Faults that a provider cannot have: of a refusal under a status of success its mapping must know the words. */
const isPossible = ({ fault, provider }: Pick<Cell, 'fault' | 'provider'>): boolean =>
  fault !== 'refused-200' || sandboxes[provider]!.dialect.refusalIn200 !== undefined

/**
 * Has every fault meet every verb of every provider, as many at once as `atOnce` says; `chosen` leaves some out.
 */
export async function runMatrix(
  caller: Caller,
  sandbox: string,
  atOnce: number,
  chosen: (cell: Pick<Cell, 'fault' | 'verb' | 'provider'>) => boolean = () => true,
): Promise<Cell[]> {
  const known = await knownOf(caller, sandbox)
  const due = names
    .flatMap((fault, at) => verbs.flatMap(verb => providers.map(provider => ({ fault, at, verb, provider }))))
    .filter(cell => isPossible(cell) && chosen(cell))
  const cells: Cell[] = []
  const work = async () => {
    for (let next = due.shift(); next; next = due.shift()) {
      const { fault, at, verb, provider } = next
      const name = `${provider}-${fault}-${verb}`
      await connect(caller, sandbox, provider, name, fault)
      const [request, body] = requestOf(modelOf(provider), verb, known.get(provider)!, at)
      const started = performance.now()
      const answer = await caller.call(request, { connection: name, body })
      cells.push({ fault, verb, provider, answer, ms: performance.now() - started })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return cells
}

/** Fault × verb → what it came to, the providers in one place where they agree. */
export function table(cells: readonly Cell[]): string {
  const at = (fault: string, verb: Verb): string => {
    const here = cells.filter(cell => cell.fault === fault && cell.verb === verb)
    const byOutcome = Map.groupBy(here, outcomeOf)
    const parts = [...byOutcome].map(([outcome, same]) =>
      byOutcome.size === 1
        ? outcome
        : `${outcome} (${same
            .map(({ provider }) => provider)
            .sort()
            .join(', ')})`,
    )
    return parts.join('; ')
  }
  const rows = [...new Set(cells.map(({ fault }) => fault))].sort((a, b) => names.indexOf(a) - names.indexOf(b))
  return ['fault', ...verbs]
    .join(' | ')
    .concat('\n', rows.map(fault => [fault, ...verbs.map(verb => at(fault, verb))].join(' | ')).join('\n'))
}
