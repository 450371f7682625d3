import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { completenessOf } from '../../src/mapping/check/index.ts'
import type { Warning } from '../../src/mapping/read.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { github as deviations } from '../support/deviations.ts'
import { hasEvidence, recordings, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'

const user = { login: 'ada', id: 902, node_id: 'U_902' }
const issue = {
  id: 5100017,
  node_id: 'I_17',
  number: 17,
  title: 'The mill stops',
  body: null,
  state: 'open',
  user,
  labels: [{ id: 31, name: 'bug' }],
  assignees: [user],
  html_url: 'https://github.com/lovelace/engine/issues/17',
  created_at: '2026-02-03T08:15:00Z',
  updated_at: '2026-03-04T09:30:10Z',
  closed_at: null,
}
const unified = {
  id: '17',
  number: '17',
  title: 'The mill stops',
  status: 'open',
  assignee_id: 'ada',
  creator_id: 'ada',
  tags: ['bug'],
  url: 'https://github.com/lovelace/engine/issues/17',
  created_at: '2026-02-03T08:15:00.000Z',
  updated_at: '2026-03-04T09:30:10.000Z',
}

/** Answers the same issue to everything: here it is the requests that count. The stateful imitation is another test's. */
function always(request: Request): Response {
  const { pathname } = new URL(request.url)
  const isList = request.method === 'GET' && pathname.endsWith('/issues')
  const found = { total_count: 1, incomplete_results: false, items: [issue] }
  const body = pathname === '/search/issues' ? found : isList ? [issue] : issue
  return Response.json(body, { status: request.method === 'POST' ? 201 : 200 })
}

let server: { url: string; close(): Promise<void>; violations?: Gate['violations'] }
let gateway: ProviderGateway
const call: ProviderGateway['call'] = (...given) => gateway.call(...given)
const requestViolations = () => (server.violations ?? []).filter(({ where }) => where === 'request')

beforeAll(async () => {
  server = hasEvidence
    ? await startGate({ specs: specification<object>('github', 'issues.json'), ...deviations, handler: always })
    : await listen(always)
  gateway = await openProvider({
    provider: 'github',
    address: server.url,
    credentials: { type: 'OAUTH2', access_token: 'token' },
    config: { owner: 'lovelace', repo: 'engine' },
  })
}, 60_000)
afterAll(async () => {
  await gateway.close()
  await server.close()
})
beforeEach(() => {
  if (server.violations) server.violations.length = 0
})

describe('requests, by the specification', () => {
  const narrowed = 'filter[status]=open&filter[assignee_id]=ada&filter[creator_id]=ada&filter[updated_after]=2026-01-01'
  test.each([
    ['GET /tickets?limit=200', undefined, 200],
    [`GET /tickets?${narrowed}&filter[type]=Bug&sort[by]=created_at`, undefined, 200],
    ['GET /tickets?sort[by]=updated_at&sort[direction]=desc&fields=title', undefined, 200],
    [`GET /tickets?${narrowed}&filter[created_after]=2026-01-01T10:00:00Z`, undefined, 200],
    ['GET /tickets?filter[created_after]=2026-01-01&sort[by]=updated_at&sort[direction]=desc', undefined, 200],
    ['GET /tickets/17', undefined, 200],
    ['POST /tickets', { title: 'A', description: 'B', type: 'Bug', assignee_id: 'ada', tags: ['a', 'b c'] }, 201],
    ['PATCH /tickets/17', { title: 'A', description: 'B', type: 'Bug', assignee_id: 'ada', tags: ['a'] }, 200],
    ['PATCH /tickets/17', { status: 'closed', pass_through: { state_reason: 'duplicate' } }, 200],
    ['PATCH /tickets/17', { description: null, type: null, assignee_id: null, tags: [] }, 200],
    ['DELETE /tickets/17', undefined, 204],
  ])('%s %j', async (request, body, status) => {
    const answer = await call(request, body)
    expect([answer.status, answer.body?.warnings ?? []]).toEqual([status, []])
    const { data } = answer.body ?? {}
    if (status !== 204 && !request.includes('fields=')) expect([data].flat()).toEqual([unified])
    expect(requestViolations()).toEqual([])
  })

  test('the action create-issue', async () => {
    const input = { title: 'A', body: 'B', labels: ['a'], assignees: ['ada', 'babbage'], milestone: 2 }
    const asked = { action_name: 'create-issue', input }
    const answer = await call('POST /action/trigger', asked, { 'provider-config-key': 'github' })
    expect([answer.status, answer.body]).toEqual([200, issue])
    expect(requestViolations()).toEqual([])
  })
})

test.each([
  ['GET /tickets?filter[collection_id]=1', undefined, 'unsupported-filter'],
  ['GET /tickets?filter[type]=Bug&filter[created_after]=2026-01-01', undefined, 'unsupported-filter'],
  ['GET /tickets?filter[status]=in_progress', undefined, 'unsupported-filter'],
  [
    'GET /tickets?filter[created_after]=2026-01-01&filter[creator_id]=a%20repo:other/secret',
    undefined,
    'unsupported-filter',
  ],
  ['GET /tickets?sort[by]=due_date', undefined, 'unsupported-sort'],
  ['POST /tickets', { title: 'A', status: 'closed' }, 'invalid-field'],
  ['POST /tickets', { title: 'A', priority: 'high' }, 'invalid-field'],
  ['PATCH /tickets/17', { status: 'in_progress' }, 'invalid-field'],
  ['PATCH /tickets/17', { due_date: '2026-01-01' }, 'invalid-field'],
])('refused: %s %j', async (request, body, code) => {
  const answer = await call(request, body)
  expect([answer.status, answer.body.code]).toEqual([422, code])
})

describe.skipIf(!hasEvidence)('against the evidence', () => {
  async function expectRead(record: unknown): Promise<void> {
    const mapping = await mappingOf('github', 'tickets')
    const warnings: Warning[] = []
    const read = mapping.reader(undefined)(record, warnings)
    expect(warnings).toEqual([])
    expect(recordSchema(mapping.model).safeParse(read).error).toBeUndefined()
    expect(completenessOf(mapping).unaccounted(record)).toEqual([])
  }

  test('issues as recorded', async () => {
    const recorded = recordings('github').filter(({ request }) => /\/issues(\/\d+)?$/.test(request.path))
    expect(recorded.map(({ id }) => id)).toEqual(['github/create-issue/post/0/4', 'github/get-issue/get/0/18'])
    for (const { response } of recorded) await expectRead(response.body)
  })

  test('issues as the specification’s examples have them', async () => {
    interface Examples {
      components: { examples: Record<string, { value: unknown }> }
    }
    const { examples } = specification<Examples>('github', 'issues.json').components
    const found = examples['issue-search-result-item-paginated']?.value as { items: unknown[] }
    const records = [examples['issue-items']?.value, examples.issue?.value, found.items].flat()
    expect(records.length).toBeGreaterThan(2)
    for (const record of records) await expectRead(record)
  })
})
