// What the checks tell without playing a fixture: the document's whole provider with one mistake in it.
import { describe, expect, test } from 'vitest'
import { type Files, faultsOf } from './acme.ts'

const contacts = (edit: (file: Files) => void) => faultsOf(files => edit(files['contacts.json']))
const provider = (edit: (file: Files) => void) => faultsOf(files => edit(files['provider.json']))

test('the provider of the document is without fault', () => {
  expect(faultsOf(() => {})).toEqual([])
})

describe('addresses', () => {
  test.each<[string, (file: Files) => void, string[]]>([
    [
      'base ends in a slash',
      file => (file.base += '/'),
      ['acme/provider.json#/base: ends in "/": the paths that are put after it begin with one'],
    ],
    [
      'base is on another host',
      file => (file.base = 'https://api.acne.example/v1'),
      ['acme/provider.json#/base: "api.acne.example" is not on `hosts`; did you mean "api.acme.example"?'],
    ],
    [
      'base is not https',
      file => (file.base = 'http://api.acme.example/v1'),
      ['acme/provider.json#/base: "http://api.acme.example/v1" is no https address'],
    ],
    [
      'an answer that leads off the hosts',
      file => {
        file.connection_config = { region: { label: 'Region', one_of: ['example', 'eu'] } }
        file.base = 'https://api.acme.{connection.region}/v1'
      },
      ['acme/provider.json#/base: "api.acme.eu" is not on `hosts`; there is api.acme.example'],
    ],
    [
      'an answer that nothing asks for',
      file => {
        file.connection_config = { company: { label: 'Company', type: 'host-part' } }
        file.hosts = ['*.acme.example']
        file.base = 'https://{connection.compny}.acme.example/v1'
      },
      [
        'acme/provider.json#/base: {connection.compny}: nothing asks for "compny" or brings it; did you mean "company"?',
      ],
    ],
    [
      'a word in the place of a whole address',
      file => {
        file.connection_config = { instance: { label: 'Instance', type: 'word' } }
        file.base = '{connection.instance}/v1'
      },
      [
        'acme/provider.json#/base: "{connection.instance}" is a whole address here: its question needs the type "origin"',
      ],
    ],
  ])('%s', (_, edit, expected) => expect(provider(edit)).toEqual(expected))

  test('a host that a connection names, below a wildcard, is in order', () => {
    expect(
      provider(file => {
        file.connection_config = { company: { label: 'Company', type: 'host-part' } }
        file.hosts = ['*.acme.example']
        file.base = 'https://{connection.company}.acme.example/v1'
      }),
    ).toEqual([])
  })
  test('a path of a request needs its slash', () => {
    expect(contacts(file => (file.get.get = 'people/{id}'))).toEqual([
      'acme/contacts.json#/get/get: "people/{id}" needs a "/" before it: it is put after `base`',
    ])
  })
  test('an address of its own must be on the hosts', () => {
    expect(contacts(file => (file.get.get = 'https://files.acme.example/people/{id}'))).toEqual([
      'acme/contacts.json#/get/get: "files.acme.example" is not on `hosts`; did you mean "api.acme.example"?',
    ])
  })
})

describe('requests', () => {
  test('two methods', () => {
    expect(contacts(file => (file.get.post = '/people/find'))).toEqual([
      'acme/contacts.json#/get: names 2 methods, get and post: a request has one',
    ])
  })
  test('a second method laid over a shared request', () => {
    const edit = (files: Files) => {
      files['provider.json'].requests = { one: { get: '/people/{id}', record: 'person' } }
      files['contacts.json'].get = { request: 'one', post: '/people/find' }
    }
    expect(faultsOf(edit)).toEqual(['acme/contacts.json#/get: names 2 methods, get and post: a request has one'])
  })
  test('two methods of a shared request are told once, where they stand', () => {
    const edit = (files: Files) => {
      files['provider.json'].requests = { one: { get: '/people/{id}', post: '/people/find', record: 'person' } }
      files['contacts.json'].get = 'one'
    }
    expect(faultsOf(edit)).toEqual([
      'acme/provider.json#/requests/one: names 2 methods, get and post: a request has one',
    ])
  })
  test('{object} in a request of the model’s own', () => {
    expect(contacts(file => (file.get.record = '{object}'))).toContain(
      'acme/contacts.json#/get/record: {object} is left in the request: it stands only in `requests`, `describe` and `dialect` of provider.json',
    )
  })
  test('a filter that the model does not have, where only the request names it', () => {
    expect(contacts(file => (file.list.inject = { owner: '{filter.ownerid}' }))).toEqual([
      'acme/contacts.json#/list/inject/owner: {filter.ownerid}: no filter "ownerid"; did you mean "owner_id"?',
    ])
  })
  test('a part of an id that is not joined', () => {
    expect(contacts(file => (file.get.get = '/people/{id.1}'))).toEqual([
      'acme/contacts.json#/get/get: {id.1}: the row `id` is not joined with ":"',
    ])
  })
  test('a part that a joined id does not have', () => {
    const edit = (file: Files) => {
      file.fields.id = { join: ['team', 'id'], with: ':', write: false }
      file.get.get = '/teams/{id.0}/people/{id.2}'
    }
    expect(contacts(edit)).toContain('acme/contacts.json#/get/get: {id.2}: the row `id` has 2 parts, from 0')
  })
  test('what is laid into a record and not read from it', () => {
    expect(contacts(file => (file.get.inject = { email: '{id}' }))).toEqual([
      'acme/contacts.json#/get/inject/email: no row reads "email"; did you mean "emails"?',
    ])
  })
  test.each([
    ['…/people', '"…/people" never matches: it needs {id} once'],
    ['…/people/{ids}', 'no placeholder {ids} here; there is {id}'],
    ['{id}', '"{id}" never matches: a text must stand before {id}'],
  ])('an id is never found in a header like %s', (like, message) => {
    const edit = (file: Files) => {
      file.create.id = { header: 'location', like }
      file.create.read_back = true
    }
    expect(contacts(edit)).toContain(`acme/contacts.json#/create/id/like: ${message}`)
  })
  test.each([
    ['calls={used}', '"calls={used}" never tells what is left: it needs {remaining}, or {used} and {limit}'],
    ['calls={usd}/{limit}', 'no placeholder {usd} here; did you mean "used"?'],
  ])('a budget is never read from %s', (like, message) => {
    expect(provider(file => (file.limits = { header: 'x-calls', like }))).toEqual([
      `acme/provider.json#/limits/like: ${message}`,
    ])
  })
  test.each([
    [{ requests: 10, seconds: 1 }, '/limits/rates/1', { requests: 20, seconds: 1 }],
    [{ requests: 10, seconds: 60 }, '/limits/rates/1', { requests: 10, seconds: 1 }],
    [{ requests: 10, seconds: 60 }, '/limits/rates/1', { requests: 10, seconds: 60, scope: 'connection' }],
    [{ concurrent: 5 }, '/limits/rates/1', { concurrent: 6 }],
    [{ requests: 20, seconds: 1 }, '/limits/rates/0', { requests: 10, seconds: 1 }],
  ])('a rate does nothing beside another: %j', (first, pointer, second) => {
    expect(provider(file => (file.limits = { rates: [first, second] }))).toEqual([
      `acme/provider.json#${pointer}: it does nothing: another rate never allows more, in a window as long or longer`,
    ])
  })
  test('rates of different windows or scopes stand beside each other', () => {
    const rates = [
      { requests: 10, seconds: 1 },
      { requests: 100, seconds: 60 },
      { requests: 5, seconds: 1, scope: 'integration' },
      { concurrent: 5 },
    ]
    expect(provider(file => (file.limits = { rates }))).toEqual([])
  })
  test.each([
    [{ requests: 0, seconds: 1 }, '/limits/rates/0/requests'],
    [{ requests: 1.5, seconds: 1 }, '/limits/rates/0/requests'],
    [{ requests: 10, seconds: 0 }, '/limits/rates/0/seconds'],
    [{ requests: 10, seconds: 86_400 }, '/limits/rates/0/seconds'],
    [{ requests: 10, seconds: 1, scope: 'app' }, '/limits/rates/0/scope'],
    [{ requests: 10 }, '/limits/rates/0/seconds'],
    [{ concurrent: 5, scope: 'integration' }, '/limits/rates/0/scope'],
  ])('a rate that cannot be: %j', (rate, pointer) => {
    const told = provider(file => (file.limits = { rates: [rate] }))
    expect(told.map(fault => fault.split(': ')[0])).toContain(`acme/provider.json#${pointer}`)
  })
  test('a custom path that the projection cannot ask for', () => {
    const edit = (file: Files) => {
      file.select = { by: 'names', under: 'name' }
      file.list.query.fields = '{select}'
      file.describe = { get: '/fields', name: 'key', type: { at: 'type', enum: {} }, path: 'custom.{name}' }
    }
    expect(contacts(edit)).toContain(
      'acme/contacts.json#/describe/path: "custom.{name}" cannot be asked for: `select` names only what is under "name"',
    )
  })
})

describe('values', () => {
  const status = { status: { at: 'state', enum: { open: 'O', won: 'W', lst: 'L', other: 'X' } } }
  test('an enum key that the model does not have; `other` it always has', () => {
    const edit = (files: Files) => {
      files['deals.json'] = { model: 'deals', fields: { id: 'id', ...status } }
    }
    expect(faultsOf(edit)).toContain(
      'acme/deals.json#/fields/status/enum/lst: no value "lst" in the model; did you mean "lost"?',
    )
    expect(faultsOf(edit).filter(fault => fault.includes('enum/'))).toHaveLength(1)
  })
  test('a filter’s own', () => {
    const edit = (files: Files) => {
      const list = { get: '/deals', filters: { status: { query: { state: '{value}' }, enum: { wno: 'W' } } } }
      files['deals.json'] = { model: 'deals', list, fields: { id: 'id' } }
    }
    expect(faultsOf(edit)).toContain(
      'acme/deals.json#/list/filters/status/enum/wno: no value "wno" in the model; did you mean "won"?',
    )
  })
})

describe('`ignored`', () => {
  const ignoring = (text: string) => faultsOf(files => files['contacts.evidence.json'].ignored.push(text))
  const wide = (text: string) =>
    `acme/contacts.evidence.json#/ignored/1: "${text}" is over-broad: a wildcard needs two letters or a mark beside it`

  test.each([
    ['*', 'acme/contacts.evidence.json#/ignored/1: "*" ignores everything'],
    ["'*'", `acme/contacts.evidence.json#/ignored/1: "'*'" ignores everything`],
    ['**', 'acme/contacts.evidence.json#/ignored/1: "**" ignores everything'],
    ['a*', wide('a*')],
    ['x*', wide('x*')],
    ["'name'", `acme/contacts.evidence.json#/ignored/1: "'name'" is over-broad: a row reads "name.first"`],
    ['name.*', 'acme/contacts.evidence.json#/ignored/1: "name.*" is over-broad: name what is ignored below "name"'],
    ['', 'acme/contacts.evidence.json#/ignored/1: "" is over-broad: it ignores everything'],
  ])('%j hides too much', (text, message) => expect(ignoring(text)).toEqual([message]))

  test.each(['sys_*', "'$*'", "'$sys*'", 'details.*', 'details.*.by'])('%j hides what it names', text =>
    expect(ignoring(text)).toEqual([]),
  )
})

describe('settings that do nothing', () => {
  /** The list by names, as a dialect writes them. */
  const byNames = (files: Files): void => {
    const { list } = files['contacts.json']
    files['provider.json'].dialect = {
      equal: { query: { '{path}': '{value}' } },
      at_least: { query: { changed_since: '{value}' } },
      sort: { clause: '{field}.{direction}' },
      directions: { asc: 'up', desc: 'down' },
    }
    list.filters = [{ email: { query: { email: '{value}' } } }, 'updated_after']
    list.sorts = ['last_name']
    delete list.directions
    files['contacts.json'].queried_as = { last_name: 'last' }
  }
  const named = (edit: (files: Files) => void) =>
    faultsOf(files => {
      byNames(files)
      edit(files)
    })

  test('`equal` of a dialect where every filter but one is written out', () => {
    expect(named(() => {})).toEqual(['acme/provider.json#/dialect/equal: does nothing: no model uses `equal`'])
  })
  test('a dialect whose parts are all used says nothing', () => {
    expect(named(files => delete files['provider.json'].dialect.equal)).toEqual([])
  })
  test.each<[string, (files: Files) => void, string]>([
    [
      'a request that no model uses',
      files => (files['provider.json'].requests = { one: { get: '/people/{id}' } }),
      'acme/provider.json#/requests/one: no model uses the request "one"',
    ],
    [
      '`under` where no path is below it',
      files => (files['provider.json'].dialect.under = 'fields'),
      'acme/provider.json#/dialect/under: does nothing: no model uses `under`',
    ],
    [
      '`in` where no value is several of theirs',
      files => (files['provider.json'].dialect.in = { query: { any: '{value}' } }),
      'acme/provider.json#/dialect/in: does nothing: no model uses `in`',
    ],
    [
      '`queried_as` of a field that nothing asks for',
      files => (files['contacts.json'].queried_as.birthday = 'born'),
      'acme/contacts.json#/queried_as/birthday: does nothing: no filter or sort asks for "birthday" by its name, or its row says "born" already',
    ],
    [
      '`queried_as` of no field',
      files => (files['contacts.json'].queried_as.lastname = 'last'),
      'acme/contacts.json#/queried_as/lastname: no field "lastname" in the model; did you mean "last_name"?',
    ],
    [
      '`object` that no request holds',
      files => (files['contacts.json'].object = 'people'),
      'acme/contacts.json#/object: does nothing: no request of provider.json that the model uses holds {object}',
    ],
    [
      '`in` of a filter',
      files => (files['contacts.json'].list.filters[0].email.in = { any: '{value}' }),
      'acme/contacts.json#/list/filters/0/email/in: `in` is for a value of ours that is several of theirs, and there is none',
    ],
    [
      'an `id` beside the whole record',
      files => (files['contacts.json'].create.id = 'person.id'),
      'acme/contacts.json#/create/id: does nothing: the answer is the record, which has its id',
    ],
    [
      'words for directions without a sort',
      files => {
        const { list } = files['contacts.json']
        Object.assign(list, { sorts: { last_name: { query: { order: 'last' } } }, directions: { asc: 'a', desc: 'd' } })
        for (const part of ['sort', 'directions']) delete files['provider.json'].dialect[part]
        delete files['contacts.json'].queried_as
      },
      'acme/contacts.json#/list/directions: does nothing: no sort of this request holds {direction}',
    ],
  ])('%s', (_, edit, expected) => {
    const withoutEqual = (files: Files) => {
      delete files['provider.json'].dialect.equal
      edit(files)
    }
    expect(named(withoutEqual)).toEqual([expected])
  })
})
