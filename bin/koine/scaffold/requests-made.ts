// The requests that a mapping makes for a call, as a fixture has them; never what it answers.
import type { Mapping } from '../../../src/mapping/compile.ts'
import type { ListAsk, ListPlan } from '../../../src/mapping/list.ts'
import type { PageState } from '../../../src/mapping/paging.ts'
import type { FixtureExchange } from '../../../src/mapping/schema/fixture.ts'
import type { RecordVerb, VerbAsk } from '../../../src/mapping/verb.ts'
import { CommandFault } from '../command.ts'

type ProviderRequest = Extract<ListPlan, { readonly request: unknown }>['request']
type Request = FixtureExchange['request']
export type Reply = FixtureExchange['reply']

function bodyOf(body: string, headers: ProviderRequest['headers']): Request['body'] {
  const isForm = headers['content-type']?.includes('form') === true
  return isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body)
}

function asFixture({ method, url, body, headers }: ProviderRequest): Request {
  const { pathname, searchParams } = new URL(url)
  return {
    method: method as Request['method'],
    path: decodeURI(pathname),
    ...(searchParams.size > 0 && { query: Object.fromEntries(searchParams) }),
    ...(typeof body === 'string' && { body: bodyOf(body, headers) }),
  }
}

/** One page of a list: its request, its whole address, and where the next page begins after a reply. */
export interface PageMade {
  readonly request: Request
  readonly url: string
  next(reply: Reply): PageState | undefined
}

/** The request of a page; undefined where no request of the mapping can carry what is asked. */
export function pageOf(mapping: Mapping, ask: Omit<ListAsk, 'raw'>): PageMade | undefined {
  const plan = mapping.list!.plan({ ...ask, raw: false })
  if (!('request' in plan)) return undefined
  return {
    request: asFixture(plan.request),
    url: plan.request.url,
    next({ status, headers, body }) {
      const read = plan.read({ status, headers: new Headers(headers), body })
      return 'page' in read ? read.page.next : undefined
    },
  }
}

/** The request for one record. */
export function requestOf(mapping: Mapping, verb: RecordVerb, ask: VerbAsk): Request {
  const made = mapping.verbs[verb]!.build(ask)
  if ('refused' in made) throw new CommandFault(`The request of ${verb} cannot be made: ${made.refused.code}`)
  return asFixture(made.request)
}
