// What fixtures must show: the document's whole provider with a fixture, or a part of one, left out.
import { describe, expect, test } from 'vitest'
import { type Files, faultsOf } from './acme.ts'

const without =
  (...names: readonly string[]) =>
  (files: Files): void => {
    for (const name of names) delete files[`fixtures/${name}.json`]
  }
const LISTED = 'fixtures/contacts-list.json'
const BY_EMAIL = 'fixtures/contacts-list-by-email.json'

describe('lists', () => {
  test('each filter, both directions, and a page over the maximum', () => {
    expect(faultsOf(without('contacts-list-by-email'))).toEqual([
      'acme/contacts.json#/list/filters/email: no fixture asks for filter[email]',
      'acme/contacts.json#/list/sorts: no fixture sorts descending',
      'acme/contacts.json#/list/max: no fixture asks for more than 100 records, and shows that 100 are asked for',
    ])
  })
  test('each sort', () => {
    const edit = (files: Files) => {
      for (const name of [LISTED, BY_EMAIL]) files[name].call.path = files[name].call.path.replace(/&sort.*$/, '')
    }
    expect(faultsOf(edit)).toEqual(['acme/contacts.json#/list/sorts/last_name: no fixture asks for sort[by]=last_name'])
  })
  test('a maximum that is not asked for is not shown', () => {
    const edit = (files: Files) => (files[BY_EMAIL].exchanges[0].request.query.limit = '150')
    expect(faultsOf(edit)).toEqual([
      'acme/contacts.json#/list/max: no fixture asks for more than 100 records, and shows that 100 are asked for',
    ])
  })
  test('the last page', () => {
    const edit = (files: Files) => (files[LISTED].pages[0].answer.body.next_cursor = '*')
    expect(faultsOf(edit)).toEqual([
      'acme/contacts.json#/list/page: no fixture walks to the last page, the one whose `next_cursor` is null',
    ])
  })
  test('a refused call shows nothing', () => {
    const edit = (files: Files) => (files[BY_EMAIL].answer = { status: 422, body: { code: 'unsupported-filter' } })
    expect(faultsOf(edit)[0]).toBe('acme/contacts.json#/list/filters/email: no fixture asks for filter[email]')
  })

  /** A second request, a search, for what the first cannot carry. */
  const searching = (files: Files): void => {
    const first = files['contacts.json'].list
    const search = {
      get: '/people/search',
      query: { q: { text: ['{filters}'] } },
      records: 'people',
      filters: { name: 'name={value:single}', email: 'mail={value:single}' },
    }
    files['contacts.json'].list = [first, search]
    files['fixtures/contacts-search.json'] = {
      model: 'contacts',
      source: 'invented',
      call: { method: 'GET', path: "/contacts?filter[name]=Ada O'Hara" },
      exchanges: [
        {
          request: { method: 'GET', path: '/v1/people/search', query: { q: "name='Ada O\\'Hara'" } },
          reply: { status: 200, body: { people: [] } },
        },
      ],
      answer: { status: 200, body: { data: [], next_cursor: null, warnings: [] } },
    }
  }
  test('a filter is shown by each request that has it, with what makes that request serve the call', () => {
    expect(faultsOf(searching)).toEqual([
      'acme/contacts.json#/list/1/filters/email: no fixture asks for filter[email] (with filter[name], so that this request serves it)',
    ])
  })
  test('a text that the escape changes', () => {
    const edit = (files: Files) => {
      searching(files)
      const { call } = files['fixtures/contacts-search.json']
      call.path = '/contacts?filter[name]=Ada&filter[email]=ada@example.com'
    }
    expect(faultsOf(edit)).toEqual([
      'acme/contacts.json#/list/1/filters: no fixture asks filter[name] or filter[email] for a text that the escape "single" changes, such as O\'Hara',
    ])
  })
  test('a filter that an earlier request always serves does nothing', () => {
    const edit = (files: Files) => {
      searching(files)
      const [first, search] = files['contacts.json'].list
      delete search.filters.name
      delete files['fixtures/contacts-search.json']
      expect(first.filters.email).toBeDefined()
    }
    expect(faultsOf(edit)[0]).toBe(
      'acme/contacts.json#/list/1/filters/email: does nothing: a request before it serves every call with filter[email]',
    )
  })
})

describe('records', () => {
  test('what one fixture would show is told in one line', () => {
    expect(faultsOf(without('contacts-update'))).toEqual([
      'acme/contacts.json#/update: no fixture writes "last_name", "emails", "phone_numbers", "owner_id" on update',
    ])
    expect(faultsOf(files => delete files['fixtures/contacts-create.json'].call.body.owner_id)).toEqual([
      'acme/contacts.json#/fields/owner_id: no fixture writes "owner_id" on create',
    ])
  })
  test('each verb, and a failure', () => {
    const names = [
      'contacts-delete',
      'contacts-get',
      'contacts-list-quota',
      'contacts-update',
      'contacts-update-first-name',
    ]
    expect(faultsOf(without(...names))).toEqual([
      'acme/contacts.json#/get: no fixture gets',
      'acme/contacts.json#/update: no fixture for update',
      'acme/contacts.json#/delete: no fixture for delete',
      'acme/contacts.json: no fixture shows a failure',
    ])
  })
  test('what a delete means', () => {
    expect(faultsOf(files => delete files['fixtures/contacts-delete.json'].answer.headers)).toEqual([
      'acme/contacts.json#/delete/delete_effect: no fixture shows the header "delete-means": "archived"',
    ])
  })
  test('a value that is neither read nor ignored, in a list that is the whole answer, too', () => {
    const edit = (files: Files) => {
      delete files['contacts.json'].list.records
      for (const name of [LISTED, BY_EMAIL, 'fixtures/contacts-list-quota.json'])
        for (const page of [files[name], ...(files[name].pages ?? [])])
          for (const { reply } of page.exchanges) if (reply.body.people) reply.body = reply.body.people
      files[LISTED].exchanges[0].reply.body[0].shoe = 41
    }
    expect(faultsOf(edit)).toEqual([
      'acme/contacts.json#/fields: "shoe" in fixtures/contacts-list.json is neither read nor ignored',
    ])
  })
})

describe('the answer to a write that is read back', () => {
  /** Acme answers a create with no more than that it was made, as Zoho CRM and Salesforce do. */
  const acknowledged = (files: Files): void => {
    files['contacts.json'].create = {
      post: '/people',
      body: { person: '{record}' },
      id: 'people.0.details.id',
      read_back: true,
    }
    const fixture = files['fixtures/contacts-create.json']
    const [{ reply }] = fixture.exchanges
    fixture.exchanges.push({ request: { method: 'GET', path: '/v1/people/8' }, reply: { ...reply, status: 200 } })
    fixture.exchanges[0].reply = {
      status: 201,
      body: { people: [{ code: 'SUCCESS', details: { id: 8 }, message: 'record added', status: 'success' }] },
    }
  }
  test('is no record', () => expect(faultsOf(acknowledged)).toEqual([]))
  test('but the record that is read back is', () => {
    const edit = (files: Files) => {
      acknowledged(files)
      files['fixtures/contacts-create.json'].exchanges[1].reply.body.person.shoe = 41
    }
    expect(faultsOf(edit)).toEqual([
      'acme/contacts.json#/fields: "shoe" in fixtures/contacts-create.json is neither read nor ignored',
    ])
  })
  test('and without `read_back` so is the answer', () => {
    const edit = (files: Files) => {
      acknowledged(files)
      delete files['contacts.json'].create.read_back
    }
    expect(faultsOf(edit)).toContain(
      'acme/contacts.json#/fields: "code" in fixtures/contacts-create.json is neither read nor ignored',
    )
  })
})
