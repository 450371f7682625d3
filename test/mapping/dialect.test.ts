import { describe, expect, test } from 'vitest'
import type { ListQuery } from '../../src/records/call.ts'
import { given } from './given.ts'

const soql = {
  requests: {
    query: {
      get: '/query',
      query: {
        q: { text: ['SELECT {select} FROM {object}', ' WHERE {filters}', ' ORDER BY {sort}', ' LIMIT {limit}'] },
      },
      records: 'records',
      page: { keyset: true as const },
    },
    one: { get: '/sobjects/{object}/{id}', query: { expand: 'all' } },
  },
  select: { by: 'paths' as const },
  dialect: {
    equal: '{path} = {value:single}',
    equal_typed: '{path} = {value}',
    at_least: '{path} >= {value}',
    in: '{path} IN ({value:single})',
    and: ' AND ',
    sort: '{path} {direction}{nulls}, Id {direction}',
    directions: { asc: 'ASC', desc: 'DESC' },
    keyset: {
      by: 'Id',
      sort: 'Id ASC',
      compare: '{path} {operator} {last}',
      equal: '{path} = {last}',
      null: '{path} = null',
      nulls: ' NULLS LAST',
      operators: { asc: '>', desc: '<' },
      and: ' AND ',
      or: ' OR ',
      escapes: { text: 'single', number: 'number', instant: 'instant', date: 'word' },
    },
  },
}
const deals = {
  object: 'Opportunity',
  required: ['name'],
  fields: {
    id: 'Id',
    name: 'Name',
    amount: 'Amount',
    close_date: 'CloseDate',
    status: { at: 'Stage', enum: { open: ['New', "Ada's"], won: 'Won' } },
    owner_id: 'Owner.Id',
    created_at: 'CreatedDate',
  },
}

type Asked = Partial<Pick<ListQuery, 'filters' | 'sort'>> & { state?: object }
/** The query that a list sends. */
function queryOf(mapping: ReturnType<typeof given>, asked: Asked = {}): string {
  const plan = mapping.list!.plan({ filters: {}, limit: 2, raw: false, connection: {}, ...asked } as never)
  if (!('request' in plan)) throw new Error(JSON.stringify(plan))
  return new URL(plan.request.url).searchParams.get('q') ?? plan.request.url
}
const listed = (filters: (string | object)[], sorts: string[] = []) =>
  given({ ...deals, list: { request: 'query', filters, sorts } } as never, soql, 'deals')

describe('filters and sorts by name', () => {
  const mapping = listed(['name', 'status', 'owner_id', 'created_after'], ['name', 'amount', 'close_date'])

  test('are without fault', () => expect(mapping.faults).toEqual([]))

  test('an equality by the path of the row, with its escape; several keys are one path', () => {
    expect(queryOf(mapping, { filters: { name: "O'Hara", owner_id: '71' } })).toContain(
      "FROM Opportunity WHERE Name = 'O\\'Hara' AND Owner.Id = '71' ORDER BY Id ASC LIMIT 2",
    )
  })
  test('a lower bound', () => {
    expect(queryOf(mapping, { filters: { created_after: '2026-01-02T03:04:05.000Z' } })).toContain(
      'WHERE CreatedDate >= 2026-01-02T03:04:05.000Z ',
    )
  })
  test('a membership where one of ours is several of theirs, else an equality', () => {
    expect(queryOf(mapping, { filters: { status: 'open' } })).toContain("WHERE Stage IN ('New','Ada\\'s') ")
    expect(queryOf(mapping, { filters: { status: 'won' } })).toContain("WHERE Stage = 'Won' ")
  })
  test('a field that is always there goes on by value and key', () => {
    const state = { limit: 2, last: { Name: "O'Hara", Id: '9' } }
    expect(queryOf(mapping, { sort: { by: 'name', direction: 'desc' }, state })).toContain(
      "WHERE (Name < 'O\\'Hara' OR (Name = 'O\\'Hara' AND Id < '9')) ORDER BY Name DESC, Id DESC",
    )
  })
  test('one that may be missing comes last, and goes on behind a value and behind none', () => {
    const sort = { by: 'amount', direction: 'asc' as const }
    expect(queryOf(mapping, { sort, state: { limit: 2, last: { Amount: 12.5, Id: '9' } } })).toContain(
      "WHERE (Amount > 12.5 OR (Amount = 12.5 AND Id > '9') OR Amount = null OR (Amount = null AND Id > '9')) ORDER BY Amount ASC NULLS LAST, Id ASC",
    )
    expect(queryOf(mapping, { sort, state: { limit: 2, last: { Id: '9' } } })).toContain(
      "WHERE ((Amount = null AND Id > '9')) ORDER BY Amount ASC NULLS LAST",
    )
  })
  test('a list without a sort goes on by its key', () => {
    expect(queryOf(mapping, { state: { limit: 2, last: { Id: '9' } } })).toContain("WHERE Id > '9' ORDER BY Id ASC")
  })
  test('a date and a number of the last record are written so that nothing else can be', () => {
    const sort = { by: 'close_date', direction: 'asc' as const }
    const plan = mapping.list!.plan({
      filters: {},
      sort,
      limit: 2,
      raw: false,
      connection: {},
      state: { limit: 2, last: { CloseDate: "2026-01-01' OR Id != '", Id: '9' } },
    })
    expect(plan).toMatchObject({ refused: { code: 'bad-cursor' } })
  })

  test('what is written out stands among the names', () => {
    const mixed = listed(['name', { owner_id: { clause: 'Boss = {value:single}' } }])
    expect(mixed.faults).toEqual([])
    expect(queryOf(mixed, { filters: { owner_id: '71', name: 'A' } })).toContain("Boss = '71' AND Name = 'A'")
  })
  test('another path than the row’s', () => {
    const other = given(
      { ...deals, queried_as: { owner_id: 'OwnerId' }, list: { request: 'query', filters: ['owner_id'] } },
      soql,
      'deals',
    )
    expect(queryOf(other, { filters: { owner_id: '71' } })).toContain("WHERE OwnerId = '71'")
  })
  test('a filter follows a connection’s own row, and a row that makes no path is told', () => {
    const faults: string[] = []
    const path = given(
      {
        ...deals,
        fields: { ...deals.fields, owner_id: "Owner'; DROP" },
        list: { request: 'query', filters: ['owner_id'] },
      },
      soql,
      'deals',
    )
    faults.push(...path.faults)
    expect(faults.some(fault => fault.startsWith('/list/filters/0: "Owner\'; DROP" cannot be named'))).toBe(true)
  })
})

describe('JSON and parameters', () => {
  const attio = {
    dialect: {
      under: 'values',
      drop: 'value',
      nested: true as const,
      equal: { clause: { '{path}': { $eq: '{value}' } } },
      sort: { clause: { attribute: '{field}', field: '{member}', direction: '{direction}' } },
    },
  }
  const bodyOf = (mapping: ReturnType<typeof given>, asked: Asked) => {
    const plan = mapping.list!.plan({ filters: {}, limit: 2, raw: false, connection: {}, ...asked } as never)
    return 'request' in plan ? JSON.parse(plan.request.body!) : plan
  }
  const mapping = given(
    {
      list: {
        post: '/query',
        body: { filter: [{ deleted: false }, '{filters}'], sorts: ['{sort}'] },
        filters: ['email', 'name'],
        sorts: ['name', 'first_name'],
      },
      fields: {
        id: 'id',
        first_name: 'values.name.0.first',
        name: 'values.title.0.value',
        emails: { positions: [{ email: 'values.emails.0.address' }] },
      },
    },
    attio,
  )

  test('a path of several keys is one object in another; a last key that says nothing is not named', () => {
    expect(mapping.faults).toEqual([])
    expect(bodyOf(mapping, { filters: { email: 'a@b.example', name: 'Ada' } }).filter).toEqual([
      { deleted: false },
      { emails: { address: { $eq: 'a@b.example' } } },
      { title: { $eq: 'Ada' } },
    ])
  })
  test('clauses stand beside constant ones, and leave them alone where nothing is filtered', () => {
    expect(bodyOf(mapping, {}).filter).toEqual([{ deleted: false }])
  })
  test('a word with nothing behind it goes with its key', () => {
    expect(bodyOf(mapping, { sort: { by: 'name', direction: 'asc' } }).sorts).toEqual([
      { attribute: 'title', direction: 'asc' },
    ])
    expect(bodyOf(mapping, { sort: { by: 'first_name', direction: 'asc' } }).sorts).toEqual([
      { attribute: 'name', field: 'first', direction: 'asc' },
    ])
  })
})

describe('requests that models share', () => {
  test('are named, or laid under the model’s own', () => {
    const mapping = given({ ...deals, get: { request: 'one', query: { with: 'lines' } } }, soql, 'deals')
    expect(mapping.faults).toEqual([])
    const made = mapping.verbs.get!.build({ id: '7', connection: {} })
    expect('request' in made && made.request.url).toBe(
      'https://api.invented.example/sobjects/Opportunity/7?expand=all&with=lines',
    )
  })
  test('wrong names are told, each at its place', () => {
    const { object: _, ...nameless } = deals
    const mapping = given(
      { ...nameless, list: { request: 'qery', filters: ['nmae', 'email'], sorts: ['nmae'] }, get: 'one' } as never,
      soql,
      'deals',
    )
    expect(mapping.faults).toEqual(
      expect.arrayContaining([
        '/list: no request "qery" in provider.json; did you mean "query"?',
        '/list/filters/0: no filter "nmae"; did you mean "name"?',
        expect.stringMatching(/^\/list\/filters\/1: no filter "email"/),
        '/list/sorts/0: no sort "nmae"; did you mean "name"?',
        '/get: the shared request holds {object}, and the model names no `object`',
      ]),
    )
  })
  test('a name that the dialect cannot write is told', () => {
    const mapping = given({ list: { get: '/p', filters: ['email', 'created_after'], sorts: ['name'] } }, {})
    expect(mapping.faults).toEqual(
      expect.arrayContaining([
        '/list/filters/0: the dialect of provider.json has no `equal`: write the filter out',
        '/list/filters/1: the dialect of provider.json has no `at_least`: write the filter out',
        '/list/sorts/0: the dialect of provider.json has no `sort`: write the sort out',
      ]),
    )
  })
  test('`describe` and `select` are the provider’s unless the model says otherwise', () => {
    const describe = {
      get: '/fields/{object}',
      name: 'name',
      type: { at: 'type', enum: {} },
      path: '{name}',
    }
    const shared = { describe, select: { by: 'names' as const } }
    const own = given({ object: 'people', describe: { get: '/people/fields' } }, shared)
    const plan = own.describe!.plan({ connection: {}, baseUrl: undefined, state: undefined })
    expect('request' in plan && plan.request.url).toBe('https://api.invented.example/people/fields')
    expect(own.select(undefined)).toEqual([['id']])
    expect(given({ describe: false }, shared).describe).toBeUndefined()
  })
})
