import { CONTACTS, get, trigger } from './ask.ts'
import { compare, inTurn, type Sample, type Target } from './measure.ts'
import type { Server } from './process.ts'
import { counted, LOAD_HEADS, loadRow, moreOf, number, rateOf, ratioRow, type Section, spread } from './report.ts'

interface Effort {
  readonly seconds: number
  readonly rounds: number
}

/** Milliseconds at p50 that a trigger may take beyond a bare route. */
const MORE_MS = 0.3

/** An action function that reads a page of 100 contacts. */
export const READ_CONTACTS = trigger('read-contacts', { input: { limit: 100 } })

/** What the trigger costs by itself: functions that do nothing, beside routes that do next to nothing. */
export async function measureNoOps(server: Server, effort: Effort): Promise<Section> {
  const targets = {
    'GET /health': { server, ask: get('/health') },
    'GET /environment': { server, ask: get('/environment') },
    'no-op, auth none': { server, ask: trigger('no-op-alone', { alone: true }) },
    'no-op, a connection': { server, ask: trigger('no-op') },
  } satisfies Record<string, Target>
  const samples = await inTurn(targets, { ...effort, connections: 1 })
  const beside = (noOp: keyof typeof targets, bare: keyof typeof targets) => {
    const more = compare(samples[noOp], samples[bare], moreOf)
    return {
      what: `${noOp}: more at p50 than ${bare}`,
      wanted: `≤ ${MORE_MS} ms`,
      figure: `${number(more, 2)} ms ${spread(samples[noOp], samples[bare], moreOf)}`,
      met: more <= MORE_MS,
    }
  }
  return {
    title: 'A function that does nothing, 1 connection',
    rows: [LOAD_HEADS, ...Object.entries(samples).map(([name, seen]) => loadRow(name, seen))],
    aims: [
      beside('no-op, auth none', 'GET /health'),
      beside('no-op, auth none', 'GET /environment'),
      beside('no-op, a connection', 'GET /health'),
      beside('no-op, a connection', 'GET /environment'),
    ],
  }
}

/** A function that reads 100 contacts, beside the unified route and the hand-written handler over the same page. */
export async function measureReading(
  { gateway, handler, name }: { gateway: Server; handler: Server; name: string },
  connections: number,
  effort: Effort,
): Promise<Section> {
  const { triggered, route, byHand } = await inTurn(
    {
      triggered: { server: gateway, ask: READ_CONTACTS },
      route: { server: gateway, ask: CONTACTS },
      byHand: { server: handler, ask: CONTACTS },
    },
    { ...effort, connections },
  )
  const rate = (what: string, theirs: readonly Sample[]) => ({
    what: `a function reads 100 contacts, throughput beside ${what}, ${counted(connections)}`,
    figure: `${number(compare(triggered, theirs, rateOf), 2)} × ${spread(triggered, theirs, rateOf)}`,
  })
  return {
    title: `A function that reads 100 contacts, ${counted(connections)}`,
    rows: [
      LOAD_HEADS,
      loadRow('POST /action/trigger', triggered),
      loadRow('GET /contacts?limit=100', route),
      loadRow(name, byHand),
      ratioRow(triggered, route, 'ratio to GET /contacts'),
      ratioRow(triggered, byHand, `ratio to ${name}`),
    ],
    aims: [rate('GET /contacts', route), rate(name, byHand)],
  }
}
