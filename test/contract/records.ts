import { describe, expect, it } from 'vitest'
import { ada, dennis } from './ada.ts'
import { type Caller, pointers, problem } from './caller.ts'

const RFC3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
/** The one member of a problem's first fault that says which rule was broken. */
const rules = (body: { errors?: { code: string }[] }): string[] => (body.errors ?? []).map(({ code }) => code)

let made = 0
/** Emails are unique in HubSpot. */
const newEmail = (): string => `new-${++made}@people.example`

/** Reading and writing contacts. */
export function records({ call }: Caller): void {
  const people = { connection: 'people' }
  const scratch = { connection: 'scratch' }
  const create = async (body: object) => {
    const answer = await call('POST /contacts', { ...scratch, body })
    expect(answer.status, answer.text).toBe(201)
    return answer
  }

  describe('reading', () => {
    it('lists contacts in our schema', async () => {
      const { status, body } = await call('GET /contacts?limit=2', people)
      expect(status).toBe(200)
      expect(Object.keys(body)).toEqual(['data', 'next_cursor', 'warnings'])
      expect(body.data[0]).toEqual(ada)
      expect(body.data[1]).toMatchObject({ id: '1002', name: 'Grace Hopper', company_id: '9024' })
      expect(body.warnings).toEqual([])
    })

    it('gets one contact', async () => {
      const { status, body } = await call('GET /contacts/1001', people)
      expect([status, body]).toEqual([200, { data: ada, warnings: [] }])
    })

    it('leaves out what the account does not hold', async () => {
      expect((await call('GET /contacts/1010', people)).body.data).toEqual(dennis)
    })

    it('answers only the fields asked for, and the id', async () => {
      const list = await call('GET /contacts?limit=1&fields=title,emails', people)
      expect(list.body.data).toEqual([{ id: '1001', title: 'Engineer', emails: ada.emails }])
      const one = await call('GET /contacts/1001?fields=company_name', people)
      expect(one.body.data).toEqual({ id: '1001', company_name: 'Analytical Engines' })
    })

    it('answers members of a list alone', async () => {
      const { body } = await call('GET /contacts/1001?fields=phone_numbers.number', people)
      expect(body.data).toEqual({
        id: '1001',
        phone_numbers: [{ number: '+44 20 7946 1001' }, { number: '+44 7700 900001' }, { number: '+44 20 7946 9001' }],
      })
    })

    it('refuses a field that the model does not have', async () => {
      for (const path of ['/contacts?fields=name,shoe_size', '/contacts/1001?fields=shoe_size']) {
        const body = problem(await call(`GET ${path}`, people), 422, 'unsupported-field')
        expect(body.detail).toContain('shoe_size')
      }
      problem(await call('GET /contacts?fields=emails.shoe_size', people), 422, 'unsupported-field')
    })

    it('has the provider’s own record only when asked', async () => {
      const { body } = await call('GET /contacts?limit=1&raw=true', people)
      const [{ raw, ...rest }] = body.data
      expect(rest).toEqual(ada)
      expect(raw).toMatchObject({ id: '1001', properties: { firstname: 'Ada', jobtitle: 'Engineer' }, archived: false })
      expect((await call('GET /contacts/1001?raw=true', people)).body.data.raw.properties.lastname).toBe('Lovelace')
      expect((await call('GET /contacts/1001?raw=false', people)).body.data).toEqual(ada)
    })

    it('says what the provider’s part of the time was, and what is left of its budget', async () => {
      const { headers } = await call('GET /contacts?limit=1', people)
      expect(headers.get('server-timing')).toMatch(/^provider;dur=\d+\.\d, total;dur=\d+\.\d$/)
      expect(headers.get('provider-ratelimit-limit')).toBe('110')
      expect(Number(headers.get('provider-ratelimit-remaining'))).toBeGreaterThan(0)
    })

    it('answers 404 for a contact that does not exist', async () => {
      const body = problem(await call('GET /contacts/999999', people), 404, 'record-not-found')
      expect(body).toMatchObject({ source: 'provider', provider: 'hubspot' })
    })

    it('takes an id as one part of a path, whatever is in it', async () => {
      for (const id of ['..%2Fcompanies', '1001%2F..%2F1002', '%3Flimit=1', '1001%23'])
        expect((await call(`GET /contacts/${id}`, people)).status).toBe(404)
    })
  })

  describe('creating', () => {
    it('answers 201, Location and the whole record', async () => {
      const email = newEmail()
      const input = {
        first_name: 'Emmy',
        last_name: 'Noether',
        title: 'Professor',
        emails: [{ email }],
        phone_numbers: [{ number: '+49 551 1' }, { number: '+49 170 1', type: 'mobile' }],
        addresses: [{ street_1: 'Weender Straße 2', city: 'Göttingen', postal_code: '37073', country: 'Germany' }],
        company_name: 'Mathematisches Institut',
        owner_id: '71',
        websites: [{ url: 'https://people.example/emmy' }],
      }
      const { headers, body } = await create(input)
      const { id, created_at, updated_at } = body.data
      expect(body.data).toEqual({ ...input, id, name: 'Emmy Noether', created_at, updated_at })
      expect(body.warnings).toEqual([])
      expect(id).toMatch(/^\d+$/)
      expect([created_at, updated_at]).toEqual([expect.stringMatching(RFC3339_UTC), expect.stringMatching(RFC3339_UTC)])
      expect(headers.get('location')).toBe(`/contacts/${id}`)
      const read = await call(`GET ${headers.get('location')}`, scratch)
      expect(read.body.data).toEqual(body.data)
    })

    it('associates with a company', async () => {
      const { body } = await create({ last_name: 'Bernays', emails: [{ email: newEmail() }], company_id: '9002' })
      expect(body.data.company_id).toBe('9002')
    })

    it('passes on what the provider has and our model has not', async () => {
      const { body } = await create({ last_name: 'Artin', pass_through: { properties: { tier: 'gold' } } })
      const { data } = (await call(`GET /contacts/${body.data.id}?raw=true`, scratch)).body
      expect(data.last_name).toBe('Artin')
      const found = await call('POST /contacts', {
        ...scratch,
        body: { pass_through: { properties: { tier: 'tin' } } },
      })
      expect(problem(found, 422, 'provider-rejected').upstream).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' })
    })

    it('answers 409 where the provider has such a record', async () => {
      const input = { last_name: 'Twin', emails: [{ email: newEmail() }] }
      await create(input)
      const body = problem(await call('POST /contacts', { ...scratch, body: input }), 409, 'conflict')
      expect(body).toMatchObject({
        source: 'provider',
        provider: 'hubspot',
        upstream: { status: 409, code: 'CONFLICT', message: expect.stringContaining('already exists') },
      })
    })
  })

  describe('updating', () => {
    const start = () =>
      create({
        first_name: 'Kurt',
        last_name: 'Gödel',
        title: 'Logician',
        emails: [{ email: newEmail() }],
        phone_numbers: [
          { number: '+43 1 1' },
          { number: '+43 660 1', type: 'mobile' },
          { number: '+43 1 9', type: 'fax' },
        ],
        addresses: [{ street_1: 'Josefstädter Straße 43', city: 'Wien', country: 'Austria' }],
      }).then(({ body }) => body.data)
    const patch = (id: string, body: object) => call(`PATCH /contacts/${id}`, { ...scratch, body })

    it('changes what is sent and nothing else', async () => {
      const before = await start()
      const { status, body } = await patch(before.id, { title: 'Professor' })
      expect(status).toBe(200)
      expect(body.data).toEqual({ ...before, title: 'Professor', updated_at: body.data.updated_at })
      expect(Date.parse(body.data.updated_at)).toBeGreaterThan(Date.parse(before.updated_at))
      expect((await call(`GET /contacts/${before.id}`, scratch)).body.data).toEqual(body.data)
    })

    it('clears with null', async () => {
      const { title: _, emails: __, addresses: ___, ...left } = await start()
      const { body } = await patch(left.id, { title: null, emails: null, addresses: null })
      expect(body.data).toEqual({ ...left, updated_at: body.data.updated_at })
    })

    it('replaces a whole list', async () => {
      const before = await start()
      const phone_numbers = [{ number: '+1 609 1' }]
      const { body } = await patch(before.id, { phone_numbers, addresses: [{ city: 'Princeton' }] })
      expect(body.data.phone_numbers).toEqual(phone_numbers)
      expect(body.data.addresses).toEqual([{ city: 'Princeton' }])
      expect((await patch(before.id, { phone_numbers: [] })).body.data).not.toHaveProperty('phone_numbers')
    })

    it('answers the record as it is where nothing is sent', async () => {
      const before = await start()
      const { status, body } = await patch(before.id, {})
      expect([status, body.data]).toEqual([200, before])
    })

    it('answers 404 for a contact that does not exist', async () => {
      problem(await patch('999999', { title: 'Nobody' }), 404, 'record-not-found')
    })
  })

  describe('deleting', () => {
    it('answers 204, and 404 from then on', async () => {
      const { body } = await create({ last_name: 'Gone', emails: [{ email: newEmail() }] })
      const path = `/contacts/${body.data.id}`
      const { status, text, headers } = await call(`DELETE ${path}`, scratch)
      expect([status, text]).toEqual([204, ''])
      expect(headers.get('delete-means')).toBe('archived')
      problem(await call(`GET ${path}`, scratch), 404, 'record-not-found')
      problem(await call(`PATCH ${path}`, { ...scratch, body: { title: 'Ghost' } }), 404, 'record-not-found')
    })
  })

  describe('what is written is checked', () => {
    const post = (body: unknown, headers = {}) => call('POST /contacts', { ...scratch, body, headers })

    it('refuses fields that the model does not have, by name', async () => {
      const body = problem(await post({ last_name: 'X', shoe_size: 9, 'a/b': 1 }), 422, 'unknown-field')
      expect(pointers(body)).toEqual(['/shoe_size', '/a~1b'])
      const inner = problem(await post({ emails: [{ email: 'a@b.example', verified: true }] }), 422, 'unknown-field')
      expect(pointers(inner)).toEqual(['/emails/0/verified'])
    })

    it('refuses fields that the provider sets', async () => {
      for (const field of ['id', 'created_at', 'updated_at']) {
        const body = problem(await post({ last_name: 'X', [field]: '2026-01-01T00:00:00Z' }), 422, 'invalid-field')
        expect([pointers(body), rules(body)]).toEqual([[`/${field}`], ['read-only']])
      }
    })

    it('refuses fields that this provider makes from others', async () => {
      const body = problem(await post({ name: 'Whole Name' }), 422, 'invalid-field')
      expect([pointers(body), rules(body)]).toEqual([['/name'], ['read-only']])
    })

    it('refuses fields that this provider does not have', async () => {
      const body = problem(await post({ last_name: 'X', birthday: '1906-04-28', tags: ['a'] }), 422, 'invalid-field')
      expect(pointers(body).sort()).toEqual(['/birthday', '/tags'])
      expect(new Set(rules(body))).toEqual(new Set(['not-supported']))
    })

    it('refuses a phone number too many by its pointer', async () => {
      const phone_numbers = [{ number: '+1' }, { number: '+2', type: 'mobile' }, { number: '+3', type: 'home' }]
      const body = problem(await post({ last_name: 'X', phone_numbers }), 422, 'invalid-field')
      expect([pointers(body), rules(body)]).toEqual([['/phone_numbers/2'], ['does-not-fit']])
    })

    it('refuses a second email by its pointer', async () => {
      const emails = [{ email: newEmail() }, { email: newEmail() }]
      const body = problem(await post({ last_name: 'X', emails }), 422, 'invalid-field')
      expect([pointers(body), rules(body)]).toEqual([['/emails/1'], ['does-not-fit']])
    })

    it('refuses values of the wrong kind by their pointers', async () => {
      const body = problem(await post({ last_name: 7, emails: [{ email: 1 }], websites: 'x' }), 422, 'invalid-field')
      expect(pointers(body).sort()).toEqual(['/emails/0/email', '/last_name', '/websites'])
    })

    it('refuses a body that is no object', async () => {
      for (const text of ['[]', '"text"', 'null', '7']) problem(await post(text), 422, 'invalid-field')
    })

    it('refuses names that would reach into objects', async () => {
      const answer = await post('{"last_name":"X","__proto__":{"polluted":true}}')
      expect(answer.status).toBe(422)
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    })

    it('refuses malformed JSON', async () => {
      for (const text of ['{', '{"last_name": }', 'last_name=X', '']) problem(await post(text), 400, 'malformed-json')
    })

    it('refuses a body that is not declared as JSON', async () => {
      const text = '{"last_name":"X"}'
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])
        problem(await post(text, { 'content-type': type }), 415, 'unsupported-media-type')
    })

    it('takes JSON with a character set', async () => {
      const type = 'application/json; charset=utf-8'
      expect((await post('{"last_name":"Jürgens"}', { 'content-type': type })).body.data.last_name).toBe('Jürgens')
    })

    it('refuses a body that is too large', async () => {
      const body = problem(await post({ last_name: 'x'.repeat(70_000) }), 413, 'body-too-large')
      expect(body.detail).toContain('65536')
    })
  })
}
