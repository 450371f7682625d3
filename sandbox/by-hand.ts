// Imitations written by hand, from the provider's own specification and without a look at its mapping: what the two say
// of each other proves both.
import { createHubspot } from './hubspot/index.ts'
import type { Sandbox } from './index.ts'
import { createSalesforce } from './salesforce/index.ts'

/** The request for the first page in place of a later one, and how its answer is made to name another. */
export interface Endless {
  firstPage(
    target: string,
    body: Buffer,
    cursor: string,
  ): { target: string; body: Buffer; headers?: Record<string, string> }
  /** Names the next page, where pages are named. */
  name(body: Record<string, unknown>, cursor: string): void
}
interface ByHand extends Endless {
  create(): Sandbox
}

/** A JSON body without a member. */
function without(body: Buffer, member: string): Buffer {
  if (body.byteLength === 0) return body
  const { [member]: _, ...rest } = JSON.parse(body.toString()) as Record<string, unknown>
  return Buffer.from(JSON.stringify(rest))
}

/** Provider → its imitation. */
export const byHand: Readonly<Record<string, ByHand>> = {
  hubspot: {
    create: createHubspot,
    firstPage(target, body) {
      const url = new URL(target, 'http://sandbox')
      url.searchParams.delete('after')
      return { target: url.pathname + url.search, body: without(body, 'after') }
    },
    name(body, after) {
      body.paging = { next: { after } }
    },
  },
  salesforce: {
    create: createSalesforce,
    firstPage(target, body) {
      const url = new URL(target, 'http://sandbox')
      const soql = url.searchParams.get('q')
      if (soql !== null) url.searchParams.set('q', soql.replace(/\bId > '\w+'/, "Id > '000000000000000AAA'"))
      return { target: url.pathname + url.search, body }
    },
    // A page is asked for by what is after its last record.
    name() {},
  },
}
