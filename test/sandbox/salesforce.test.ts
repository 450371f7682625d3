import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { companies, deals, people } from '../../sandbox/people.ts'
import { idOf, readId } from '../../sandbox/salesforce/ids.ts'
import { createSalesforce } from '../../sandbox/salesforce/index.ts'
import { salesforce as deviations } from '../support/deviations.ts'
import { hasEvidence, specification } from '../support/evidence.ts'
import { type Gate, startGate } from '../support/specification.ts'

const START = Date.UTC(2026, 5, 1, 12, 0, 0, 750)
const NOW = '2026-06-01T12:00:00.000+0000'
const TOKEN = 'sandbox-salesforce-token'
const ROOT = '/services/data/v64.0'
const ADA = '003Sb0000000001IAA'
const ENGINES = '001Sb0000000001IAA'
const MINA = '005Sb0000000001IAA'

interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, each asserted where it is used
  body: any
}
type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

const sender =
  (fetcher: (request: Request) => Promise<Response> | Response, base: string): Send =>
  async (method, path, body, headers = {}) => {
    const given = {
      authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const address = base + (path.startsWith('/services') ? '' : ROOT) + path
    const answer = await fetcher(new Request(address, { method, headers: { ...given, ...headers }, body: text }))
    const answered = await answer.text()
    return { status: answer.status, headers: answer.headers, body: answered === '' ? undefined : JSON.parse(answered) }
  }

const sandbox = createSalesforce({ now: () => START })
const send = sender(request => sandbox.app.fetch(request), 'http://salesforce.test')
const query = (soql: string, headers = {}) => send('GET', `/query?q=${encodeURIComponent(soql)}`, undefined, headers)
const idsOf = ({ body }: Answer): string[] => body.records.map((record: { Id: string }) => record.Id)
const count = async (where: string, from = 'Contact'): Promise<number> => {
  const { status, body } = await query(`SELECT Id FROM ${from} WHERE ${where}`)
  expect([status, body]).toEqual([200, expect.objectContaining({ done: true })])
  return body.totalSize
}
const one = async (fields: string, where: string, from = 'Contact') =>
  (await query(`SELECT ${fields} FROM ${from} WHERE ${where}`)).body.records[0]

beforeEach(() => sandbox.reset())

// The examples of specs/salesforce/platform-rest.json#/components/schemas/SObjectCreate and /QueryAll.
test.each(['003J800000DeOXjIAN', '001B000000UnQ2vIAF'])('%s follows from its first 15 characters', id => {
  expect(readId(id.slice(0, 15))).toBe(id)
  expect(readId(id)).toBe(id)
  expect(readId(`${id.slice(0, 17)}X`)).toBeUndefined()
  expect([readId(id.slice(0, 14)), readId(`${id.slice(0, 14)}-`)]).toEqual([undefined, undefined])
})

test('ids grow with their number, and are all different', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => idOf('003', i + 1))
  expect(ids).toEqual([...new Set(ids)].sort())
})

describe('queries', () => {
  test('a contact in the fields asked for, in their own spelling, null where one is empty', async () => {
    const soql = `select id, NAME, account.name, Owner.Name, HomePhone, Birthdate, Tier__c, SystemModstamp from contact where Id = '${ADA}'`
    const { status, headers, body } = await query(soql)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json;charset=UTF-8')
    expect(body).toEqual({
      totalSize: 1,
      done: true,
      records: [
        {
          attributes: { type: 'Contact', url: `${ROOT}/sobjects/Contact/${ADA}` },
          Id: ADA,
          Name: 'Ada Lovelace',
          Account: {
            attributes: { type: 'Account', url: `${ROOT}/sobjects/Account/${ENGINES}` },
            Name: 'Analytical Engines',
          },
          Owner: expect.objectContaining({ Name: expect.stringMatching(/^(Mina Okafor|Tomás Silva|Ines Weber)$/) }),
          HomePhone: null,
          Birthdate: '1985-12-10',
          Tier__c: 'gold',
          SystemModstamp: people[0]?.updated_at.replace('.000Z', '.000+0000'),
        },
      ],
    })
  })

  // The ninth person of every nine has no company.
  test('a contact without an account has none', async () => {
    const record = await one('Account.Name, Account.Industry', "Id = '003Sb0000000009'")
    expect(record.Account).toBeNull()
    expect(await count('Account.Name = null')).toBe(33)
  })

  test.each([
    ['Contact', 300],
    ['Account', 60],
    ['Opportunity', 120],
    ['User', 3],
    ['OpportunityContactRole', deals.filter(deal => deal.person).length],
  ])('all of %s, each once', async (type, total) => {
    const ids = idsOf(await query(`SELECT Id FROM ${type}`))
    expect(ids).toHaveLength(total)
    expect(new Set(ids).size).toBe(total)
    expect(ids).toEqual([...ids].sort())
  })

  test('batches hold each record once, and end', async () => {
    const seen: string[] = []
    let answer = await query('SELECT Id FROM Contact ORDER BY LastName', { 'sforce-query-options': 'batchSize=200' })
    expect(answer.body).toMatchObject({ totalSize: 300, done: false })
    expect(answer.body.nextRecordsUrl).toMatch(/^\/services\/data\/v64\.0\/query\/0r8\w{15}-200$/)
    for (;;) {
      seen.push(...idsOf(answer))
      if (answer.body.done) break
      answer = await send('GET', answer.body.nextRecordsUrl)
      expect(answer.status).toBe(200)
    }
    expect(answer.body).not.toHaveProperty('nextRecordsUrl')
    expect(seen).toHaveLength(300)
    expect(new Set(seen).size).toBe(300)
  })

  test('a batch has 200 records at least, and 2000 unless asked', async () => {
    const small = await query('SELECT Id FROM Contact', { 'sforce-query-options': 'batchSize=20' })
    expect(idsOf(small)).toHaveLength(200)
    expect(idsOf(await query('SELECT Id FROM Contact'))).toHaveLength(300)
  })

  test.each(['nonsense', '0r8Sb0000000001IAA-200', '0r8Sb0000000001IAA-9'])('%s is no locator', async locator => {
    const { status, body } = await send('GET', `/query/${locator}`)
    expect([status, body[0].errorCode]).toEqual([400, 'INVALID_QUERY_LOCATOR'])
  })

  test('by LIMIT and OFFSET, and by the last id, each record once', async () => {
    const pages = [0, 1, 2].map(page => query(`SELECT Id FROM Contact ORDER BY Id LIMIT 100 OFFSET ${page * 100}`))
    expect(new Set((await Promise.all(pages)).flatMap(idsOf)).size).toBe(300)
    const seen: string[] = []
    for (let last = '000000000000000'; ; last = seen.at(-1) ?? '') {
      const ids = idsOf(await query(`SELECT Id FROM Contact WHERE Id > '${last}' ORDER BY Id ASC LIMIT 70`))
      seen.push(...ids)
      if (ids.length < 70) break
    }
    expect(seen).toHaveLength(300)
    expect(new Set(seen).size).toBe(300)
    expect((await query('SELECT Id FROM Contact LIMIT 0')).body).toEqual({ totalSize: 0, done: true, records: [] })
  })

  test('by the time of change and the id, each record once', async () => {
    const seen: string[] = []
    const where = (at: string, id: string) =>
      `WHERE (SystemModstamp > ${at} OR (SystemModstamp = ${at} AND Id > '${id}'))`
    for (let after = ''; ; ) {
      const soql = `SELECT Id, SystemModstamp FROM Contact ${after} ORDER BY SystemModstamp ASC, Id ASC LIMIT 130`
      const { body } = await query(soql)
      seen.push(...body.records.map((record: { Id: string }) => record.Id))
      const last = body.records.at(-1)
      if (body.records.length < 130) break
      after = where(last.SystemModstamp.replace('+0000', 'Z'), last.Id)
    }
    expect(new Set(seen).size).toBe(300)
    expect(seen).toHaveLength(300)
  })
})

describe('filters', () => {
  // Every tenth person of the data set but the first has no email: 30 of 300.
  test.each([
    ["Email = 'ada@analytical-engines.example'", 1],
    ["Email = 'ADA@Analytical-Engines.example'", 1],
    ["Email != 'ada@analytical-engines.example'", 299],
    ["NOT Email = 'ada@analytical-engines.example'", 299],
    ['Email = null', 30],
    ["Email = ''", 30],
    ['Email != null', 270],
    ["Email IN ('ada@analytical-engines.example', 'nobody@people.example')", 1],
    ["Email NOT IN ('ada@analytical-engines.example', null)", 269],
    ["Email LIKE '%@ANALYTICAL%'", 1],
    ["Email LIKE 'ad_@analytical-engines.example'", 1],
    ["Email LIKE 'analytical'", 0],
    ["Email LIKE 'ad\\_@%'", 0],
    ["Email < 'b' AND Email > 'ada@'", people.filter(({ email = '' }) => email > 'ada@' && email < 'b').length],
    ["Name = 'Ada Lovelace'", 1],
    ["LastName = 'O\\'Hara'", 10],
    ["LastName = 'M\\u00fcller'", 10],
    ["Title = 'VP, Marketing'", people.filter(person => person.title === 'VP, Marketing').length],
    ["Account.Name = 'Analytical Engines'", people.filter(person => person.company === 1).length],
    [`AccountId = '${ENGINES}'`, people.filter(person => person.company === 1).length],
    [`AccountId = '${ENGINES.slice(0, 15)}'`, people.filter(person => person.company === 1).length],
    ["Owner.Email = 'tomas@sandbox.example'", people.filter(person => person.owner === 2).length],
    [`Id > '003Sb000000000A' AND Id <= '003Sb000000000F'`, 5],
    ['Birthdate = 1985-12-10', 1],
    ['Birthdate >= 1985-12-10', people.filter(({ birthday = '' }) => birthday >= '1985-12-10').length],
    ["(Tier__c = 'gold' OR Tier__c = 'silver') AND Email = null", -1],
    ["Tier__c = 'gold' AND (NOT Email = null)", people.filter(p => p.tier === 'gold' && p.email).length],
    ["Email = 'x\\' OR Name != \\''", 0],
  ])('Contact WHERE %s', async (where, total) => {
    const tiered = people.filter(person => (person.tier === 'gold' || person.tier === 'silver') && !person.email)
    expect(await count(where)).toBe(total < 0 ? tiered.length : total)
  })

  test.each([
    ['Amount = null', deals.filter(deal => deal.amount === undefined).length],
    ['Amount > 100000.5', deals.filter(deal => (deal.amount ?? 0) > 100000.5).length],
    ['Amount <= 100000', deals.filter(deal => deal.amount !== undefined && deal.amount <= 100000).length],
    ['IsWon = TRUE', deals.filter(deal => deal.status === 'won').length],
    ['IsClosed = false', deals.filter(deal => deal.status === 'open').length],
    ["StageName IN ('Closed Won', 'Closed Lost')", deals.filter(deal => deal.status !== 'open').length],
    ['Probability = 90', deals.filter(deal => deal.stage === 3).length],
    ["ContactId != null AND ContactId != '003Sb0000000001'", deals.filter(d => d.person && d.person !== 1).length],
  ])('Opportunity WHERE %s', async (where, total) => {
    expect(await count(where, 'Opportunity')).toBe(total)
  })

  test('times compare by the millisecond, in every spelling', async () => {
    const at = people[0]?.updated_at ?? ''
    const later = new Date(Date.parse(at) + 1).toISOString()
    const from = await count(`SystemModstamp >= ${at}`)
    expect(from - (await count(`SystemModstamp >= ${later}`))).toBe(1)
    const east = new Date(Date.parse(at) + 36e5).toISOString().slice(0, 19)
    for (const spelling of [`${at.slice(0, 19)}Z`, `${east}+01:00`, `${at.slice(0, 19)}.000+0000`])
      expect(await count(`SystemModstamp >= ${spelling}`)).toBe(from)
  })

  test('null comes first in both directions, unless it shall come last', async () => {
    const first = async (order: string) =>
      (await query(`SELECT Email FROM Contact ORDER BY ${order} LIMIT 1`)).body.records[0].Email
    expect(await first('Email')).toBeNull()
    expect(await first('Email DESC')).toBeNull()
    expect(await first('Email DESC NULLS FIRST')).toBeNull()
    const emails = people.flatMap(person => person.email ?? []).sort()
    expect(await first('Email ASC NULLS LAST')).toBe(emails[0])
    expect(await first('Email DESC NULLS LAST, Id')).toBe(emails.at(-1))
  })

  test('sorts by several fields, texts without regard to case, picklists by their options', async () => {
    await send('POST', '/sobjects/Contact', { LastName: 'aaron' })
    const { body } = await query('SELECT LastName, FirstName FROM Contact ORDER BY LastName, FirstName DESC NULLS LAST')
    expect(body.records[0].LastName).toBe('aaron')
    const allens = body.records.filter((record: { LastName: string }) => record.LastName === 'Allen')
    const names = allens.flatMap((record: { FirstName: string | null }) => record.FirstName?.toLowerCase() ?? [])
    expect(names).toEqual([...names].sort().reverse())
    const stages = (await query('SELECT StageName FROM Opportunity ORDER BY StageName')).body.records
    expect(new Set(stages.map((record: { StageName: string }) => record.StageName))).toEqual(
      new Set([
        'Prospecting',
        'Qualification',
        'Proposal/Price Quote',
        'Negotiation/Review',
        'Closed Won',
        'Closed Lost',
      ]),
    )
    expect(stages[0].StageName).toBe('Prospecting')
    expect(stages.at(-1).StageName).toBe('Closed Lost')
  })

  test.each([
    ['', 'MALFORMED_QUERY', "unexpected token: '<EOF>'"],
    ['SELECT FROM Contact', 'MALFORMED_QUERY', "unexpected token: 'FROM'"],
    ['SELECT Id FROM Contact WHERE', 'MALFORMED_QUERY', "unexpected token: '<EOF>'"],
    ['SELECT Id FROM Contact LIMIT -1', 'MALFORMED_QUERY', "unexpected token: '-1'"],
    ['SELECT Id FROM Contact LIMIT 1 WHERE Id = null', 'MALFORMED_QUERY', "unexpected token: 'WHERE'"],
    ["SELECT Id FROM Contact WHERE Email = 'O'Hara'", 'MALFORMED_QUERY', 'mismatched character'],
    ["SELECT Id FROM Contact WHERE Email = 'a\\d'", 'MALFORMED_QUERY', "Illegal character sequence '\\d'"],
    ["SELECT Id FROM Contact WHERE Email = 'a' AND Phone = 'b' OR Fax = 'c'", 'MALFORMED_QUERY', "'OR'"],
    ["SELECT Id FROM Contact WHERE Email = 'a' AND NOT Phone = 'b'", 'MALFORMED_QUERY', "'NOT'"],
    ["SELECT Id FROM Contact WHERE (Email = 'a'", 'MALFORMED_QUERY', "'<EOF>'"],
    ['SELECT Id FROM Contact WHERE Email IN ()', 'MALFORMED_QUERY', "')'"],
    ['SELECT Id FROM Contact WHERE CreatedDate > 2026-05-01T07:25:37', 'MALFORMED_QUERY', "character ':'"],
    ['SELECT Id FROM Contact WHERE Birthdate = 2026-02-30', 'MALFORMED_QUERY', 'Invalid date'],
    ['SELECT Id FROM Contact; OMIT', 'MALFORMED_QUERY', "';'"],
    ['SELECT Nonsense FROM Contact', 'INVALID_FIELD', "No such column 'Nonsense' on entity 'Contact'"],
    ['SELECT Id, Id FROM Contact', 'INVALID_FIELD', 'duplicate field selected: Id'],
    ['SELECT CurrencyIsoCode FROM Opportunity', 'INVALID_FIELD', "No such column 'CurrencyIsoCode'"],
    ['SELECT Contact.Name FROM Opportunity', 'INVALID_FIELD', "Didn't understand relationship 'Contact'"],
    ['SELECT Account.Nonsense FROM Contact', 'INVALID_FIELD', "'Nonsense' on entity 'Account'"],
    ['SELECT Id FROM Contact WHERE Nonsense = null', 'INVALID_FIELD', 'ERROR at Row:1:Column:30'],
    ['SELECT Id FROM Contact ORDER BY Nonsense', 'INVALID_FIELD', 'Nonsense'],
    ['SELECT Id FROM Contact WHERE Email = 1', 'INVALID_FIELD', 'must be of type string'],
    ["SELECT Id FROM Contact WHERE CreatedDate > '2026-05-01T07:25:37Z'", 'INVALID_FIELD', 'of type dateTime'],
    ['SELECT Id FROM Contact WHERE CreatedDate > 2026-05-01', 'INVALID_FIELD', 'must be of type dateTime'],
    ["SELECT Id FROM Account WHERE AnnualRevenue = '1'", 'INVALID_FIELD', 'should not be enclosed in quotes'],
    ["SELECT Id FROM Contact WHERE Description LIKE '%x%'", 'INVALID_FIELD', 'can not be filtered'],
    ['SELECT Id FROM Contact ORDER BY Description', 'INVALID_FIELD', 'can not be sorted'],
    ['SELECT Id FROM Person', 'INVALID_TYPE', "sObject type 'Person' is not supported"],
    ["SELECT Id FROM Contact WHERE Id = 'nonsense'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid ID field: nonsense'],
    [`SELECT Id FROM Contact WHERE AccountId IN ('${ENGINES}x')`, 'INVALID_QUERY_FILTER_OPERATOR', 'invalid ID'],
    ["SELECT Id FROM Contact WHERE Id LIKE '003%'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid operator'],
    ['SELECT Id FROM Contact OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', '2000'],
  ])('refuses %s', async (soql, errorCode, message) => {
    const { status, body } = await query(soql)
    expect(status).toBe(400)
    expect(body).toEqual([{ message: expect.stringContaining(message), errorCode }])
  })

  test('refuses to query without a query', async () => {
    expect((await send('GET', '/query')).body[0].errorCode).toBe('MALFORMED_QUERY')
  })
})

describe('writing', () => {
  const create = (type: string, body: unknown, headers = {}) => send('POST', `/sobjects/${type}`, body, headers)
  const path = `/sobjects/Contact/${ADA}`

  test('a create answers the id, and the record can be read', async () => {
    const { status, headers, body } = await create('Contact', {
      attributes: { type: 'Contact' },
      LastName: ' New ',
      Email: 'new@people.example',
      AccountId: ENGINES.slice(0, 15),
      Title: '',
      Tier__c: 'silver',
    })
    expect(status).toBe(201)
    expect(body).toEqual({ id: expect.stringMatching(/^003Sb00000000\w{5}$/), success: true, errors: [] })
    expect(headers.get('location')).toBe(`${ROOT}/sobjects/Contact/${body.id}`)
    const read = await send('GET', `/sobjects/Contact/${body.id.slice(0, 15)}`)
    expect(read.body).toMatchObject({
      attributes: { type: 'Contact', url: `${ROOT}/sobjects/Contact/${body.id}` },
      Id: body.id,
      IsDeleted: false,
      Name: 'New',
      FirstName: null,
      LastName: 'New',
      AccountId: ENGINES,
      Title: null,
      Tier__c: 'silver',
      OwnerId: MINA,
      CreatedDate: NOW,
      SystemModstamp: NOW,
    })
    const next = await create('contact', { LastName: 'Next' })
    expect(next.body.id > body.id).toBe(true)
  })

  test('a read in the fields asked for has the id as well', async () => {
    const { body } = await send('GET', `${path}?fields=Email,Account.Name`)
    const attributes = { type: 'Contact', url: `${ROOT}/sobjects/Contact/${ADA}` }
    expect(body).toMatchObject({ attributes, Email: 'ada@analytical-engines.example', Id: ADA })
    expect(body.Account.Name).toBe('Analytical Engines')
    expect(Object.keys(body)).toEqual(['attributes', 'Email', 'Account', 'Id'])
    expect((await send('GET', `${path}?fields=Nonsense`)).body[0].errorCode).toBe('INVALID_FIELD')
  })

  test('an update changes what it names, clears with null, and moves the time on', async () => {
    const before = (await send('GET', path)).body
    const first = await send('PATCH', path, { Title: 'Countess', Phone: null })
    expect([first.status, first.body]).toEqual([204, undefined])
    const middle = (await send('GET', path)).body
    expect(middle).toEqual({
      ...before,
      Title: 'Countess',
      Phone: null,
      LastModifiedDate: NOW,
      SystemModstamp: NOW,
    })
    await send('PATCH', path, { AccountId: null })
    const after = (await send('GET', path)).body
    expect(after.AccountId).toBeNull()
    expect(after.SystemModstamp > middle.SystemModstamp).toBe(true)
    expect(await count(`SystemModstamp >= ${NOW.replace('+0000', 'Z')}`)).toBe(1)
  })

  test('a deleted record is gone, and known to be', async () => {
    const roles = await count(`ContactId = '${ADA}'`, 'OpportunityContactRole')
    const all = await count('Id != null', 'OpportunityContactRole')
    expect((await send('DELETE', path)).status).toBe(204)
    const again = await send('DELETE', path)
    expect(again.status).toBe(404)
    expect(again.body).toEqual([{ message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED' }])
    expect((await send('PATCH', path, { Title: 'x' })).body[0].errorCode).toBe('ENTITY_IS_DELETED')
    const read = await send('GET', path)
    expect([read.status, read.body[0].errorCode]).toEqual([404, 'NOT_FOUND'])
    expect(await count(`Id = '${ADA}'`)).toBe(0)
    expect(await count('Id != null', 'OpportunityContactRole')).toBe(all - roles)
    expect((await create('Contact', { LastName: 'L', Email: 'ada@analytical-engines.example' })).status).toBe(201)
  })

  test('an account takes its contacts and opportunities with it, unless one was won', async () => {
    const won = deals.find(deal => deal.status === 'won' && deal.company)
    const kept = await send('DELETE', `/sobjects/Account/${idOf('001', won?.company ?? 0)}`)
    expect([kept.status, kept.body[0].errorCode]).toEqual([400, 'DELETE_FAILED'])
    const free = companies.find(({ key }) => !deals.some(deal => deal.company === key && deal.status === 'won'))
    const members = people.filter(person => person.company === free?.key).length
    expect((await send('DELETE', `/sobjects/Account/${idOf('001', free?.key ?? 0)}`)).status).toBe(204)
    expect(await count('Id != null')).toBe(300 - members)
    expect(await count('Id != null', 'Opportunity')).toBe(120 - deals.filter(deal => deal.company === free?.key).length)
  })

  test.each([
    ['GET', '/sobjects/Contact/003Sb0000009999', 404, 'NOT_FOUND'],
    ['PATCH', '/sobjects/Contact/003Sb0000009999', 404, 'NOT_FOUND'],
    ['DELETE', '/sobjects/Contact/003Sb0000009999', 404, 'NOT_FOUND'],
    ['GET', `/sobjects/Contact/${ENGINES}`, 404, 'NOT_FOUND'],
    ['GET', '/sobjects/Contact/nonsense', 404, 'NOT_FOUND'],
    ['GET', '/sobjects/Contact/003', 400, 'MALFORMED_ID'],
    ['GET', `/sobjects/Person/${ADA}`, 404, 'NOT_FOUND'],
    ['DELETE', `/sobjects/User/${MINA}`, 400, 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'],
  ])('%s %s is %i %s', async (method, address, status, errorCode) => {
    const answer = await send(method, address, method === 'PATCH' ? {} : undefined)
    expect([answer.status, answer.body[0].errorCode]).toEqual([status, errorCode])
  })

  test('an email that is taken is told, on create and on update, unless it may be saved', async () => {
    const email = { Email: 'ADA@analytical-engines.example' }
    const conflict = await create('Contact', { LastName: 'L', ...email })
    expect(conflict.status).toBe(400)
    expect(conflict.body).toMatchObject([
      {
        errorCode: 'DUPLICATES_DETECTED',
        message: 'Use one of these records?',
        duplicateResult: { allowSave: true, matchResults: [{ matchRecords: [{ record: { Id: ADA } }], size: 1 }] },
      },
    ])
    expect(await count("LastName = 'L'")).toBe(0)
    const other = '/sobjects/Contact/003Sb0000000002'
    expect((await send('PATCH', other, email)).body[0].errorCode).toBe('DUPLICATES_DETECTED')
    expect((await send('PATCH', path, email)).status).toBe(204)
    const allowed = { 'sforce-duplicate-rule-header': 'allowSave=true' }
    expect((await create('Contact', { LastName: 'L', ...email }, allowed)).status).toBe(201)
    expect(await count("Email = 'ada@analytical-engines.example'")).toBe(2)
  })

  const deal = { Name: 'D', StageName: 'Prospecting', CloseDate: '2026-07-01' }
  test.each([
    ['Contact', { FirstName: 'F' }, 'REQUIRED_FIELD_MISSING', ['LastName']],
    ['Contact', { LastName: '  ' }, 'REQUIRED_FIELD_MISSING', ['LastName']],
    ['Account', {}, 'REQUIRED_FIELD_MISSING', ['Name']],
    ['Opportunity', {}, 'REQUIRED_FIELD_MISSING', ['Name', 'StageName', 'CloseDate']],
    ['OpportunityContactRole', { ContactId: ADA }, 'REQUIRED_FIELD_MISSING', ['OpportunityId']],
    ['Contact', { LastName: 'L', Nonsense: 1 }, 'INVALID_FIELD', undefined],
    ['Opportunity', { ...deal, CurrencyIsoCode: 'EUR' }, 'INVALID_FIELD', undefined],
    ['Contact', { LastName: 'L', Name: 'N' }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['Name']],
    ['Contact', { Id: ADA, LastName: 'L' }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['Id']],
    ['Contact', { LastName: 'L', CreatedDate: NOW }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['CreatedDate']],
    ['Account', { Name: 'N', SystemModstamp: NOW }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['SystemModstamp']],
    ['Opportunity', { ...deal, IsWon: true, IsClosed: true }, 'INVALID_FIELD_FOR_INSERT_UPDATE', ['IsWon', 'IsClosed']],
    ['Contact', { LastName: 'L', Email: 'ada' }, 'INVALID_EMAIL_ADDRESS', ['Email']],
    ['Contact', { LastName: 'L'.repeat(81) }, 'STRING_TOO_LONG', ['LastName']],
    ['Contact', { LastName: 'L', Tier__c: 'tin' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', ['Tier__c']],
    ['Opportunity', { ...deal, StageName: 'Won' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', ['StageName']],
    ['Opportunity', { ...deal, Probability: 101 }, 'NUMBER_OUTSIDE_VALID_RANGE', ['Probability']],
    ['Opportunity', { ...deal, Amount: 'much' }, 'JSON_PARSER_ERROR', undefined],
    ['Opportunity', { ...deal, CloseDate: 'soon' }, 'JSON_PARSER_ERROR', undefined],
    ['Account', { Name: 'N', NumberOfEmployees: 1.5 }, 'JSON_PARSER_ERROR', undefined],
    ['Contact', { LastName: ['L'] }, 'JSON_PARSER_ERROR', undefined],
    ['Contact', { LastName: 'L', AccountId: 'nonsense' }, 'MALFORMED_ID', ['AccountId']],
    ['Contact', { LastName: 'L', AccountId: ADA }, 'FIELD_INTEGRITY_EXCEPTION', ['AccountId']],
    ['Contact', { LastName: 'L', AccountId: '001Sb0000009999' }, 'INVALID_CROSS_REFERENCE_KEY', ['AccountId']],
    ['Contact', { LastName: 'L', OwnerId: null }, 'INVALID_CROSS_REFERENCE_KEY', ['OwnerId']],
    ['User', { LastName: 'L' }, 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', []],
  ])('%s refuses %j', async (type, body, errorCode, fields) => {
    const answer = await create(type, body)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual([{ message: expect.any(String), errorCode, ...(fields && { fields }) }])
  })

  test.each([
    [path, { LastName: null }, 'REQUIRED_FIELD_MISSING'],
    [path, { Name: 'N' }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    [path, { Nonsense: null }, 'INVALID_FIELD'],
    ['/sobjects/Opportunity/006Sb0000000001', { ContactId: ADA }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    ['/sobjects/Opportunity/006Sb0000000001', { StageName: null }, 'REQUIRED_FIELD_MISSING'],
  ])('an update of %s refuses %j', async (address, body, errorCode) => {
    const answer = await send('PATCH', address, body)
    expect([answer.status, answer.body[0].errorCode]).toEqual([400, errorCode])
  })

  test('reset brings the first state back', async () => {
    await send('DELETE', path)
    await create('Contact', { LastName: 'X' })
    sandbox.reset()
    expect((await send('GET', path)).status).toBe(200)
    expect(await count('Id != null')).toBe(300)
  })
})

describe('opportunities', () => {
  const FIELDS = 'Amount, StageName, Probability, IsClosed, IsWon, CloseDate, AccountId, ContactId'
  const create = async (body: object): Promise<string> =>
    (
      await send('POST', '/sobjects/Opportunity', {
        Name: 'D',
        StageName: 'Qualification',
        CloseDate: '2026-07-01',
        ...body,
      })
    ).body.id
  const read = (id: string, fields = FIELDS) => one(fields, `Id = '${id}'`, 'Opportunity')

  test('hold the deals of the data set', async () => {
    for (const deal of deals.slice(0, 9)) {
      const record = await read(`006Sb000000000${deal.key}`, `Name, ${FIELDS}`)
      expect(record).toMatchObject({
        Name: deal.name,
        Amount: deal.amount ?? null,
        IsClosed: deal.status !== 'open',
        IsWon: deal.status === 'won',
        CloseDate: deal.close_date ?? deal.created_at.slice(0, 10),
      })
      expect(record.ContactId === null).toBe(deal.person === undefined)
      expect(record.AccountId === null).toBe(deal.company === undefined)
    }
  })

  test('a stage says what is closed and won, and brings its probability unless one is given', async () => {
    const id = await create({ Amount: 10.5 })
    expect(await read(id)).toMatchObject({ Amount: 10.5, Probability: 10, IsClosed: false, IsWon: false })
    await send('PATCH', `/sobjects/Opportunity/${id}`, { StageName: 'Closed Won' })
    expect(await read(id)).toMatchObject({ Probability: 100, IsClosed: true, IsWon: true })
    await send('PATCH', `/sobjects/Opportunity/${id}`, { StageName: 'Negotiation/Review', Probability: 55 })
    expect(await read(id)).toMatchObject({ Probability: 55, IsClosed: false, IsWon: false })
    await send('PATCH', `/sobjects/Opportunity/${id}`, { StageName: 'Negotiation/Review' })
    expect((await read(id)).Probability).toBe(55)
  })

  test('the contact of a create becomes the primary role, and follows it', async () => {
    const id = await create({ ContactId: ADA, AccountId: ENGINES })
    expect(await read(id)).toMatchObject({ ContactId: ADA, AccountId: ENGINES })
    const role = await one(
      'Id, ContactId, IsPrimary, Contact.Name',
      `OpportunityId = '${id}'`,
      'OpportunityContactRole',
    )
    expect(role).toMatchObject({ ContactId: ADA, IsPrimary: true, Contact: { Name: 'Ada Lovelace' } })
    const other = { OpportunityId: id, ContactId: '003Sb0000000002', IsPrimary: true }
    expect((await send('POST', '/sobjects/OpportunityContactRole', other)).status).toBe(201)
    expect((await read(id)).ContactId).toMatch(/^003Sb0000000002/)
    expect((await send('GET', `/sobjects/OpportunityContactRole/${role.Id}`)).body.IsPrimary).toBe(false)
    expect(await count(`OpportunityId = '${id}'`, 'OpportunityContactRole')).toBe(2)
    await send('DELETE', `/sobjects/Opportunity/${id}`)
    expect(await count(`OpportunityId = '${id}'`, 'OpportunityContactRole')).toBe(0)
  })
})

describe('what the account is made of', () => {
  const named = (list: { name: string }[], name: string) => list.find(item => item.name === name)

  test('objects', async () => {
    const { body } = await send('GET', '/sobjects')
    expect(body).toMatchObject({ encoding: 'UTF-8', maxBatchSize: 200 })
    const prefixes = body.sobjects.map((object: { keyPrefix: string }) => object.keyPrefix)
    expect(prefixes.sort()).toEqual(['001', '003', '005', '006', '00K'])
    const basic = await send('GET', '/sobjects/Account/')
    expect(basic.body.objectDescribe).toMatchObject({ name: 'Account', keyPrefix: '001', createable: true })
  })

  test('fields, those of the account among them', async () => {
    const { body } = await send('GET', '/sobjects/Contact/describe')
    const tier = named(body.fields, 'Tier__c') as unknown as { picklistValues: { value: string }[] }
    expect(tier).toMatchObject({ label: 'Tier', type: 'picklist', custom: true, createable: true, nillable: true })
    expect(tier.picklistValues.map(option => option.value)).toEqual(['gold', 'silver', 'bronze'])
    expect(named(body.fields, 'LastName')).toMatchObject({ type: 'string', length: 80, nillable: false, custom: false })
    expect(named(body.fields, 'Name')).toMatchObject({ createable: false, updateable: false })
    expect(named(body.fields, 'AccountId')).toMatchObject({ referenceTo: ['Account'], relationshipName: 'Account' })
    const account = (await send('GET', '/sobjects/account/describe')).body
    expect(named(account.fields, 'Fleet_Size__c')).toMatchObject({ type: 'double', label: 'Fleet Size', custom: true })
    const opportunity = (await send('GET', '/sobjects/Opportunity/describe')).body
    expect(named(opportunity.fields, 'ContactId')).toMatchObject({ createable: true, updateable: false })
    expect(named(opportunity.fields, 'CurrencyIsoCode')).toBeUndefined()
    expect((await send('GET', '/sobjects/Nonsense/describe')).status).toBe(404)
  })

  test.each(['Contact', 'Account', 'Opportunity', 'OpportunityContactRole', 'User'])(
    'every described field of %s can be selected, and every sortable one sorted by',
    async type => {
      const { fields } = (await send('GET', `/sobjects/${type}/describe`)).body
      const names = fields.map((field: { name: string }) => field.name)
      const sortable = fields.filter((field: { sortable: boolean }) => field.sortable)
      for (const { name } of sortable) {
        const { status, body } = await query(`SELECT ${names.join(', ')} FROM ${type} ORDER BY ${name} DESC LIMIT 2`)
        expect([status, Object.keys(body.records[0])]).toEqual([200, ['attributes', ...names]])
      }
    },
  )
})

describe('refusals and headers', () => {
  test('a missing or wrong token is 401', async () => {
    for (const authorization of ['', 'Bearer other']) {
      const { status, body, headers } = await send('GET', '/sobjects', undefined, { authorization })
      expect(status).toBe(401)
      expect(body).toEqual([{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }])
      expect(headers.get('sforce-limit-info')).toBeNull()
    }
    const other = createSalesforce({ token: 'other' }).app
    const headers = { authorization: 'Bearer other' }
    expect((await other.request(`${ROOT}/sobjects`, { headers })).status).toBe(200)
  })

  test('what is not JSON, not an object, or not sent as JSON', async () => {
    const codes = async (body: string, headers = {}) => {
      const answer = await send('POST', '/sobjects/Contact', body, headers)
      return [answer.status, answer.body[0].errorCode]
    }
    expect(await codes('{"LastName":')).toEqual([400, 'JSON_PARSER_ERROR'])
    expect(await codes('[]')).toEqual([400, 'JSON_PARSER_ERROR'])
    expect(await codes('{}', { 'content-type': 'text/plain' })).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  test('unknown paths and methods', async () => {
    expect((await send('GET', '/nonsense')).body[0].errorCode).toBe('NOT_FOUND')
    expect((await send('GET', '/services/data/sobjects')).status).toBe(404)
    const { status, headers, body } = await send('PUT', `/sobjects/Contact/${ADA}`, {})
    expect([status, headers.get('allow'), body[0].errorCode]).toEqual([405, 'DELETE,GET,PATCH', 'METHOD_NOT_ALLOWED'])
    expect((await send('POST', '/query', {})).status).toBe(405)
  })

  test('every version answers, with its own addresses, and announces the budget', async () => {
    const soql = encodeURIComponent('SELECT Id FROM Contact LIMIT 1')
    const { body, headers } = await send('GET', `/services/data/v59.0/query/?q=${soql}`)
    expect(body.records[0].attributes.url).toBe(`/services/data/v59.0/sobjects/Contact/${ADA}`)
    expect(headers.get('sforce-limit-info')).toBe('api-usage=101/15000')
    expect((await query('SELECT Nonsense FROM Contact')).headers.get('sforce-limit-info')).toBe('api-usage=101/15000')
  })
})

describe.skipIf(!hasEvidence)('against the published specification', () => {
  const imitation = createSalesforce()
  let lie: ((request: Request) => Response) | undefined
  let gate: Gate
  let call: Send

  beforeAll(async () => {
    gate = await startGate({
      specs: specification<object>('salesforce', 'platform-rest.json'),
      ...deviations,
      handler: request => lie?.(request) ?? imitation.app.fetch(request),
    })
    call = sender(fetch, gate.url)
  })
  afterAll(() => gate.close())
  beforeEach(() => {
    lie = undefined
    gate.violations.length = 0
    imitation.reset()
  })
  const ask = (soql: string, headers = {}) => call('GET', `/query?q=${encodeURIComponent(soql)}`, undefined, headers)

  test.each([
    ['Contact', { LastName: 'L', AccountId: ENGINES }, { Title: null }],
    ['Account', { Name: 'N', Fleet_Size__c: 3 }, { Website: 'https://n.example' }],
    ['Opportunity', { Name: 'N', StageName: 'Prospecting', CloseDate: '2026-07-01' }, { Amount: 2.5 }],
    ['OpportunityContactRole', { OpportunityId: '006Sb0000000007', ContactId: ADA }, { IsPrimary: true }],
  ])('every verb of %s', async (type, body, change) => {
    const path = `/sobjects/${type}`
    const created = await call('POST', path, body)
    const id = created.body.id
    const described = await call('GET', `${path}/describe`)
    const names = described.body.fields.map((field: { name: string }) => field.name)
    const answers = [
      await call('GET', `${path}/${id}`),
      await call('GET', `${path}/${id}?fields=Id%2CSystemModstamp`),
      await call('PATCH', `${path}/${id}`, change),
      await ask(`SELECT ${names} FROM ${type} WHERE CreatedDate > 2025-01-01T00:00:00Z ORDER BY Id DESC LIMIT 9`),
      await call('DELETE', `${path}/${id}`),
      await call('DELETE', `${path}/${id}`),
      await call('GET', `${path}/${id}`),
      await call('POST', path, { Nonsense: 'x' }),
      await call('POST', path, {}),
      await call('GET', path),
    ]
    expect([created, described, ...answers].map(answer => answer.status)).toEqual([
      201, 200, 200, 200, 204, 200, 204, 404, 404, 400, 400, 200,
    ])
    expect(gate.violations).toEqual([])
  })

  test('batches, objects, and the errors of all', async () => {
    const first = await ask('SELECT Id, Account.Name, Owner.Name FROM Contact', {
      'sforce-query-options': 'batchSize=200',
    })
    const email = { LastName: 'L', Email: 'ada@analytical-engines.example' }
    const answers = [
      first,
      await call('GET', first.body.nextRecordsUrl),
      await call('GET', '/sobjects'),
      await call('GET', '/sobjects/User/describe'),
      await ask('SELECT Nonsense FROM Contact'),
      await ask("SELECT Id FROM Contact WHERE Id = 'x'"),
      await call('POST', '/sobjects/Contact', email),
      await call('GET', '/sobjects', undefined, { authorization: 'Bearer other' }),
    ]
    expect(answers.map(answer => answer.status)).toEqual([200, 200, 200, 200, 400, 400, 400, 401])
    expect(gate.violations).toEqual([])
  })

  test.each<[string, string, string, unknown, string]>([
    ['an undeclared query parameter', 'GET', '/query?q=x&page=2', undefined, "Unknown query parameter 'page'"],
    ['a query without a query', 'GET', '/query', undefined, "required property 'q'"],
    ['an unknown path', 'GET', '/nonsense/x/y/z/w', undefined, 'no specification has this path'],
    ['an unknown method', 'PUT', `/sobjects/Contact/${ADA}`, {}, 'PUT method not allowed'],
    ['a body that is no object', 'POST', '/sobjects/Contact', [], 'request/body must be object'],
    ['a name that is no text', 'POST', '/sobjects/Account', { Name: 1 }, 'request/body/Name must be string'],
  ])('the gate records %s', async (_what, method, path, body, detail) => {
    await call(method, path, body)
    const told = gate.violations.filter(violation => violation.where === 'request')
    expect(told.map(violation => violation.detail).join('; ')).toContain(detail)
  })

  test.each<[string, Response, string]>([
    ['records of the wrong type', Response.json({ totalSize: 1, done: true, records: {} }), 'records must be array'],
    ['a record without attributes', Response.json({ totalSize: 1, done: true, records: [{}] }), "'attributes'"],
    ['an error that is no list', Response.json({ errorCode: 'X', message: 'x' }, { status: 400 }), 'must be array'],
    ['no body', new Response(null, { status: 200 }), 'a JSON body is expected'],
  ])('the gate records an answer with %s', async (_what, answer, detail) => {
    lie = () => answer
    await ask('SELECT Id FROM Contact')
    expect(gate.violations.map(violation => violation.where)).toEqual(['response'])
    expect(gate.violations[0]?.detail).toContain(detail)
  })

  test('the gate judges what a create and a description answer', async () => {
    lie = request => Response.json(request.method === 'POST' ? { success: true, errors: [] } : { fields: [{}] })
    const answers = [await call('POST', '/sobjects/Contact', {}), await call('GET', '/sobjects/Contact/describe')]
    expect(answers.map(answer => answer.status)).toEqual([200, 200])
    lie = () => Response.json({ success: true, errors: [] }, { status: 201 })
    await call('POST', '/sobjects/Contact', {})
    const details = gate.violations.map(violation => violation.detail)
    expect(details).toEqual([
      expect.stringContaining('200'),
      expect.stringContaining("fields/0 must have required property 'aggregatable'"),
      expect.stringContaining("must have required property 'id'"),
    ])
  })
})
