import fc from 'fast-check'
import type { ListSpec } from '../../../src/mapping/expand.ts'
import { records } from './arbitrary.ts'
import { type Case, laws, lawsFor } from './laws.ts'
import { RUNS, SEED } from './seed.ts'
import type { Subject } from './subject.ts'
import { variants, walk } from './walk.ts'

/** A record to create and a change to make, as a caller might send them. */
export const cases = (subject: Subject): fc.Arbitrary<Case> =>
  fc.record({
    created: records(subject, 'create'),
    changed: subject.mapping.verbs.update ? records(subject, 'update') : fc.constant({}),
  })

/** A law that does not hold, or a list that is not walked whole. */
export interface Breach {
  /** `law PutGet on create`, `list request 0: email` */
  readonly name: string
  /** What happened, of the smallest case that was found. */
  readonly what: string
}

/** Tries every law on generated records; a seed makes them the same each time. */
export function brokenLaws(subject: Subject, numRuns = RUNS): Breach[] {
  return lawsFor(subject).flatMap((law): Breach[] => {
    const tried = fc.check(
      fc.property(cases(subject), given => {
        const breach = laws[law]!(subject, given)
        if (breach) throw new Error(breach)
      }),
      { seed: SEED, numRuns },
    )
    return tried.failed ? [{ name: `law ${law}`, what: (tried.errorInstance as Error).message }] : []
  })
}

/** Page sizes and numbers of records that a list is walked with. */
const WALKS = [1, 50, 200].flatMap(limit => (limit === 1 ? [0, 3] : [0, 1, 50, 257]).map(count => ({ limit, count })))

/** Whether records can be walked to their end: a list that names no further page has one, of its maximum. */
export const canWalk = ({ page, max = MOST }: ListSpec, { limit, count }: { limit: number; count: number }): boolean =>
  page !== undefined || count <= Math.min(limit, max)
/** As many records as a caller gets on a page at most. */
const MOST = 200

/** Walks every list with every filter and sort, against an imitation that pages as the mapping says. */
export function brokenWalks(subject: Subject): Breach[] {
  if (!subject.mapping.list) return []
  return variants(subject).flatMap((variant): Breach[] => {
    const told = (what: string): Breach[] => [{ name: `list ${variant.title}`, what }]
    for (const { limit, count } of WALKS.filter(walk => canWalk(variant.list, walk))) {
      const what = walk(subject, { ...variant, ask: { ...variant.ask, limit } }, { count })
      if (what !== undefined) return told(`${what} (limit ${limit}, ${count} records)`)
    }
    const endless = walk(subject, variant, { habit: 'repeats its page' })
    if (endless !== undefined) return told(`does not end: ${endless}`)
    const few = variant.list.page === undefined ? { count: 1 } : {}
    const projected = walk(subject, { ...variant, ask: { ...variant.ask, fields: ['id'] } }, few)
    return projected === undefined ? [] : told(`with fields=id: ${projected}`)
  })
}
