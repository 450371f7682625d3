// One line a cause, with the place and the nearest name: the whole report of the document's provider with mistakes in it.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { reportProvider } from '../../bin/check/provider.ts'
import { print } from '../../src/mapping/check/index.ts'
import { acmeFolder, type Files } from './acme.ts'

async function report(edit: (files: Files) => void = () => {}) {
  const mappings = acmeFolder(edit)
  const checked = await reportProvider({ mappings, id: 'acme', evidence: join(mappings, 'none'), planter: undefined })
  // What a test edits is not written as the formatter would.
  return { ...checked, lines: checked.faults.filter(({ kind }) => kind !== 'format').map(print) }
}
const contacts = async (edit: (file: Files) => void) => (await report(files => edit(files['contacts.json']))).lines

test('nothing to say of the provider of the document', async () => {
  const { faults, fixtures, models } = await report()
  expect({ faults, models }).toEqual({ faults: [], models: 1 })
  expect(fixtures).toBeGreaterThan(5)
})

describe('a misspelt path of a row', () => {
  test('is told where it stands, and nothing that follows from it', async () => {
    expect(await contacts(file => (file.fields.owner_id.at = 'ownr'))).toEqual([
      'acme/contacts.json#/fields/owner_id: "owner_id" names "ownr", which no reply holds; did you mean "owner"?',
    ])
  })
  test('also inside a list, and where another row reads the right one', async () => {
    const edit = (file: Files) => {
      file.fields.phone_numbers.positions[1].number = 'cel'
      file.fields.first_name = 'name.frist'
    }
    expect(await contacts(edit)).toEqual([
      'acme/contacts.json#/fields/first_name: "first_name" names "name.frist", which no reply holds; did you mean "name.first"?',
      'acme/contacts.json#/fields/phone_numbers: "phone_numbers" names "cel", which no reply holds; did you mean "cell"?',
    ])
  })
  test('does not hide another fault', async () => {
    const edit = (file: Files) => {
      file.fields.owner_id.at = 'ownr'
      file.get.get = '/persons/{id}'
    }
    expect(await contacts(edit)).toEqual([
      'acme/contacts.json#/fields/owner_id: "owner_id" names "ownr", which no reply holds; did you mean "owner"?',
      'acme/fixtures/contacts-get.json#/exchanges/0/request/path: expected "/v1/people/7", found "/v1/persons/7"',
    ])
  })
})

describe('wrong names come first, and alone where the others follow', () => {
  test.each<[string, (file: Files) => void, string]>([
    [
      'of a field',
      file => {
        file.fields.frist_name = file.fields.first_name
        delete file.fields.first_name
      },
      'acme/contacts.json#/fields/frist_name: no field "frist_name" in the model; did you mean "first_name"?',
    ],
    [
      'of a filter',
      file => {
        file.list.filters.emial = file.list.filters.email
        delete file.list.filters.email
      },
      'acme/contacts.json#/list/filters/emial: no filter "emial"; did you mean "email"?',
    ],
    [
      'of a placeholder',
      file => (file.list.query.limit = '{limt}'),
      'acme/contacts.json#/list/query/limit: no placeholder {limt}; did you mean "limit"?',
    ],
    [
      'of a key',
      file => {
        file.absents = file.absent
        delete file.absent
      },
      'acme/contacts.json#/absents: no key "absents" here; did you mean "absent"?',
    ],
  ])('%s', async (_, edit, line) => expect(await contacts(edit)).toEqual([line]))

  test('in what models share it is told once, where it stands', async () => {
    const edit = (files: Files) => {
      const { update, delete: remove } = files['contacts.json']
      files['provider.json'].requests = {
        change: { patch: '/{object}/{idd}', body: update.body, record: 'person' },
        remove: { ...remove, delete: '/{object}/{idd}' },
      }
      Object.assign(files['contacts.json'], { object: 'people', update: 'change', delete: 'remove' })
    }
    expect((await report(edit)).lines).toEqual([
      'acme/provider.json#/requests/change/patch: no placeholder {idd}; did you mean "id"? (also /requests/remove/delete)',
    ])
  })
  test('in a dialect it is told once for all that is named', async () => {
    const edit = (files: Files) => {
      const { list } = files['contacts.json']
      files['provider.json'].dialect = { equal: { query: { '{path}': '{vlue}' } } }
      files['contacts.json'].queried_as = { name: 'q', email: 'email', 'emails.email': 'email' }
      list.filters = ['email', 'owner_id', { updated_after: list.filters.updated_after }]
    }
    const { lines } = await report(edit)
    expect(lines[0]).toBe('acme/provider.json#/dialect/equal: no placeholder {vlue}; did you mean "value"?')
    expect(lines.filter(line => line.includes('vlue'))).toHaveLength(1)
  })
  test('the fixtures of another model are played all the same', async () => {
    const edit = (files: Files) => {
      files['deals.json'] = { model: 'deals', get: { get: '/deals/{idd}' }, fields: { id: 'id' } }
      files['deals.evidence.json'] = { source: 'invented' }
      files['contacts.json'].get.get = '/persons/{id}'
    }
    const { lines } = await report(edit)
    expect(lines[0]).toBe('acme/deals.json#/get/get: no placeholder {idd}; did you mean "id"?')
    expect(lines.at(-1)).toBe(
      'acme/fixtures/contacts-get.json#/exchanges/0/request/path: expected "/v1/people/7", found "/v1/persons/7"',
    )
  })
  test('fixtures are played while they are not complete', async () => {
    const edit = (files: Files) => {
      delete files['fixtures/contacts-delete.json']
      files['contacts.json'].get.get = '/persons/{id}'
    }
    expect((await report(edit)).lines).toEqual([
      'acme/contacts.json#/delete: no fixture for delete',
      'acme/fixtures/contacts-get.json#/exchanges/0/request/path: expected "/v1/people/7", found "/v1/persons/7"',
    ])
  })
})

describe('an answer that was not due', () => {
  test('is its code and detail, in one line', async () => {
    const edit = (files: Files) => (files['fixtures/contacts-list.json'].call.path += '&filter[name]=Ada')
    expect((await report(edit)).lines.at(-1)).toBe(
      'acme/fixtures/contacts-list.json: expected 200, answered 422 unsupported-filter: This provider cannot carry filter[name] with filter[updated_after] with sort[by]=last_name in one request.',
    )
    expect((await report(edit)).lines.filter(line => line.includes('fixtures/'))).toHaveLength(1)
  })
  test('a good one where a problem was due', async () => {
    const edit = (files: Files) => {
      const fixture = files['fixtures/contacts-list-quota.json']
      fixture.exchanges[0].reply = { status: 200, body: { people: [] } }
    }
    expect((await report(edit)).lines).toEqual([
      'acme/fixtures/contacts-list-quota.json: expected 429 provider-rate-limited, answered 200',
    ])
  })
  test('of a good answer each place is a line', async () => {
    const edit = (files: Files) => {
      const { data } = files['fixtures/contacts-get.json'].answer.body
      Object.assign(data, { last_name: 'King', name: 'King' })
    }
    expect((await report(edit)).lines).toEqual([
      'acme/fixtures/contacts-get.json#/answer/body/data/last_name: expected "King", found "Lovelace"',
      'acme/fixtures/contacts-get.json#/answer/body/data/name: expected "King", found "Lovelace"',
    ])
  })
  test('the same place in many fixtures is one line', async () => {
    expect(await contacts(file => (file.list.query.order = '-{sort}'))).toEqual([
      'acme/fixtures/contacts-list-by-email.json#/exchanges/0/request/query/order: expected "last.down", found "-last.down" (likewise in 2 places more, also of contacts-list.json)',
    ])
  })
  test('a request that is made under another name', async () => {
    expect(await contacts(file => (file.list.filters.email.query = { mail: '{value}' }))).toEqual([
      'acme/fixtures/contacts-list-by-email.json#/exchanges/0/request/query/email: expected, found as "mail": "ada@example.com"',
    ])
  })
  test('a request too many, without what comes of it', async () => {
    expect(await contacts(file => (file.update.read_back = true))).toEqual([
      'acme/fixtures/contacts-update-first-name.json: a request too many: GET /v1/people/8 (likewise in 1 place more, also of contacts-update.json)',
    ])
  })
  test('a request that is not made', async () => {
    const edit = (files: Files) => {
      const { exchanges } = files['fixtures/contacts-delete.json']
      exchanges.push(exchanges[0])
    }
    expect((await report(edit)).lines).toEqual([
      'acme/fixtures/contacts-delete.json: a request was due and not made: DELETE /v1/people/8',
    ])
  })
})

describe('hooks and actions', () => {
  const withHook = (code: string) => (files: Files) => {
    files['hooks/find.ts'] = code
    files['contacts.json'].list = [files['contacts.json'].list, { hook: 'find', filters: ['name'] }]
    files['fixtures/contacts-find.json'] = {
      model: 'contacts',
      source: 'invented',
      call: { method: 'GET', path: '/contacts?filter[name]=Ada' },
      exchanges: [],
      answer: { status: 200, body: { data: [], next_cursor: null, warnings: [] } },
    }
  }
  test.each<[string, string, string[]]>([
    ['a hook of its verb', 'export default { type: "list", run: async () => ({ records: [] }) }', []],
    [
      'a hook that cannot be loaded',
      'throw new Error("There is no table.")',
      ['acme/hooks/find.ts: cannot be loaded: There is no table.'],
    ],
    [
      'a hook that is none',
      'export default () => {}',
      ['acme/hooks/find.ts: exports no hook by default: it needs defineListHook'],
    ],
    [
      'a hook of another verb',
      'export default { type: "write", run: async () => ({ id: "1" }) }',
      ['acme/hooks/find.ts: exports a defineWriteHook, and list needs a defineListHook'],
    ],
  ])('%s', async (_, code, expected) => expect((await report(withHook(code))).lines).toEqual(expected))

  test('a hook that no verb names', async () => {
    const code = 'export default { type: "list", run: async () => ({ records: [] }) }'
    expect((await report(files => (files['hooks/find.ts'] = code))).lines).toEqual([
      'acme/hooks/find.ts: does nothing: no verb names this hook',
    ])
  })
  test('an action that is none', async () => {
    expect((await report(files => (files['actions/greet.ts'] = 'export default 1'))).lines).toEqual([
      'acme/actions/greet.ts: exports no createAction(…) by default',
    ])
  })
})

test('a file that is not formatted', async () => {
  const { faults } = await report(files => (files['fixtures/contacts-get.json'].source = 'another'))
  expect(faults.map(print)).toEqual(['acme/fixtures/contacts-get.json: not formatted: npm run check -- --fix'])
})

test('a fixture that is none, beside others', async () => {
  const edit = (files: Files) => {
    files['fixtures/none.json'] = 'null'
    files['contacts.json'].get.get = '/persons/{id}'
  }
  expect((await report(edit)).lines).toEqual([
    expect.stringMatching(/^acme\/fixtures\/none\.json: /),
    'acme/fixtures/contacts-get.json#/exchanges/0/request/path: expected "/v1/people/7", found "/v1/persons/7"',
  ])
})

test('a file that is no JSON', async () => {
  const { lines } = await report(files => (files['fixtures/broken.json'] = '{'))
  expect(lines).toEqual([expect.stringMatching(/^acme\/fixtures\/broken\.json: is no JSON: /)])
})
