import { deliver, type Fault, json } from './inflict.ts'

/** Every page is the first one, and names the next as `cursor` says. */
const firstForEver =
  (cursor: () => string): Fault =>
  async victim => {
    const { dialect, target, body } = victim
    const next = cursor()
    const reply = await victim.carryOut(dialect.firstPage(target, body, next))
    const answer: unknown = reply.body.byteLength === 0 ? undefined : JSON.parse(reply.body.toString())
    if (!dialect.listIn(answer)) return deliver(victim, reply)
    dialect.name(answer as Record<string, unknown>, next)
    deliver(victim, json(reply.status, answer, reply.headers))
  }

let pages = 0

/** Lists that have no end. Where pages are counted, or follow the last record, both are the same. */
export const pagings: Readonly<Record<string, Fault>> = {
  'page-repeats': firstForEver(() => 'again'),
  'cursor-endless': firstForEver(() => `page-${++pages}`),
}
