// What the check says of a `batch`: the document's whole provider with one in it, and one mistake in that.
import { expect, test } from 'vitest'
import { type Files, faultsOf } from './acme.ts'

/** A batch of each verb as this provider might have it. */
const batches = (): Files => ({
  get: { get: '/people', query: { ids: '{ids}' }, max: 50, results: 'people', match: { id: 'id' } },
  create: {
    post: '/people/batch',
    body: { people: '{items}' },
    item: { trace: '{key}' },
    max: 50,
    results: 'people',
    match: { key: 'trace' },
    id: 'id',
    failure: { each: 'errors', key: 'trace' },
  },
  update: {
    patch: '/people/batch',
    body: { people: '{items}' },
    item: { id: '{id}' },
    max: 50,
    results: 'people',
    match: 'position',
    success: { done: true },
    failure: { as: { message: '{error.why}' } },
  },
  delete: { post: '/people/batch/delete', body: { people: '{items}' }, item: '{id}', max: 50 },
})
const VERBS = ['get', 'create', 'update', 'delete'] as const

/** The faults of the provider with these batches, without where they stand and those of the provider without any. */
function told(edit: (batch: Files, contacts: Files) => void): string[] {
  return faultsOf(files => {
    const batch = batches()
    const contacts = files['contacts.json']
    for (const verb of VERBS) contacts[verb] = { ...contacts[verb], batch: batch[verb] }
    edit(batch, contacts)
  }).map(line => line.replace(/^acme\/contacts\.json#/, ''))
}

test('batches without fault', () => expect(told(() => {})).toEqual([]))

test.each<[string, (batch: Files, contacts: Files) => void, string[]]>([
  [
    'without its maximum',
    ({ create }) => delete create.max,
    ['/create/batch: says not how many records one request may have: `max`'],
  ],
  [
    'without a request',
    ({ delete: it }) => delete it.post,
    ['/delete/batch: the request names no method with its path'],
  ],
  [
    'with two methods',
    ({ delete: it }) => (it.get = '/people'),
    ['/delete/batch: names 2 methods, get and post: a request has one'],
  ],
  [
    'that holds no record',
    ({ get }) => (get.query = { all: 'yes' }),
    ['/get/batch: holds no record: {items} in the body, or {ids} in the query'],
  ],
  [
    'that holds each twice',
    ({ delete: it }) => (it.query = { ids: '{ids}' }),
    ['/delete/batch: holds each record twice: {items} and {ids}'],
  ],
  [
    'whose item names no record',
    ({ delete: it }) => (it.item = { gone: true }),
    ['/delete/batch/item: names no record: delete needs {id}'],
  ],
  [
    'with an item that nothing holds',
    ({ get }) => (get.item = { id: '{id}' }),
    ['/get/batch/item: does nothing: the body has no {items}'],
  ],
  [
    'that says not whose a result is',
    ({ get }) => delete get.match,
    [
      '/get/batch: says not which record a result is of: get needs `match`',
      '/get/batch/results: does nothing without `match`',
    ],
  ],
  [
    'with a key that is never sent',
    ({ create }) => delete create.item,
    ['/create/batch/match/key: is never there: `item` sends no {key} (also /create/batch/failure/key)'],
  ],
  [
    'that knows what is made by its id',
    ({ create }) => (create.match = { id: 'id' }),
    ['/create/batch/match/id: tells nothing: a record that is made has no id before'],
  ],
  [
    'with failures of nobody',
    ({ create }) => delete create.failure.key,
    ['/create/batch/failure/each: names no record: say where a failure has its `id` or `key`'],
  ],
  [
    'with failures beside results by position',
    ({ update }) => (update.failure = { each: 'errors', id: 'id' }),
    ['/update/batch/failure/each: leaves gaps among results that are told by their position'],
  ],
  [
    'with a failure that never is',
    ({ update }) => delete update.success,
    ['/update/batch/failure: does nothing: each result is a success without `success` or `failure.each`'],
  ],
  [
    'that omits what nobody knows',
    ({ get }) => (get.omits = ['compny_id']),
    ['/get/batch/omits/0: no field "compny_id" in the model; did you mean "company_id"?'],
  ],
  [
    'that loses what the single request sends',
    (_, { create }) => (create.query = { notify: 'no' }),
    ['/create/batch: "notify" of the single request is not in its batch'],
  ],
  [
    'beside a request with a part of the id',
    (_, contacts) => (contacts.delete.delete = '/people/{id.0}'),
    ['/delete/batch: cannot stand beside a request with {id.…}, which is of one record'],
  ],
  [
    'whose {items} stand outside of it',
    (_, contacts) => (contacts.delete.headers = { all: '{items}' }),
    [
      '/delete/headers/all: {items} cannot stand in a header; only in body',
      '/delete: {items} is only filled in a `batch`, or in its `item`',
    ],
  ],
])('a batch %s', (_, edit, expected) => expect(told(edit)).toEqual(expected))
