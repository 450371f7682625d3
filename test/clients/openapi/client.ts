// What an app does with a client whose types are made from the OpenAPI document: `node client.ts <address> <key>
// <connection>`. Prints one line of JSON a step.
import createClient from 'openapi-fetch'
import type { components, paths } from './dist/schema.d.ts'

declare const process: { readonly argv: readonly string[] }

type Contact = components['schemas']['Contact']
type Deal = components['schemas']['Deal']
type ContactWrite = components['schemas']['ContactWrite']
type ContactQuery = paths['/contacts']['get']['parameters']['query']
type Problem = components['schemas']['Problem']

const [, , baseUrl = '', key = '', connection = ''] = process.argv
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } })
const header = { 'connection-id': connection }
const tell = (step: string, told: unknown): void => console.log(JSON.stringify({ step, told }))

/** The data of an answer; a problem ends the program. */
function must<T>({ data, error }: { data?: T; error?: Problem }): T {
  if (data === undefined) throw new Error(`${error?.code}: ${error?.detail}`)
  return data
}

/** An app decides by `code`, never by a text. */
function adviceOn({ code, retryable }: Problem): string {
  switch (code) {
    case 'record-not-found':
      return 'it is gone'
    case 'connection-needs-reconnect':
      return 'let the customer sign in again'
    default:
      return retryable ? 'try again later' : 'report it'
  }
}

/** Every value that a deal’s status can have: the compiler would refuse this if one were missing. */
const labels: Record<NonNullable<Deal['status']>, string> = {
  open: 'in progress',
  won: 'won',
  lost: 'lost',
  other: 'something else',
}

const email = 'ada@analytical-engines.example'
const list = must(
  await client.GET('/contacts', {
    params: { header, query: { 'filter[email]': email, limit: 10, fields: 'name,emails' } },
  }),
)
tell('list', { names: list.data.map(({ name }) => name), next: list.next_cursor, warnings: list.warnings.length })

const [first] = list.data
if (!first) throw new Error('There is no such contact.')
const path = { id: first.id }
const one: Contact = must(await client.GET('/contacts/{id}', { params: { header, path } })).data
tell('get', { same: one.id === first.id, email: one.emails?.[0]?.email })

const made = await client.POST('/contacts', {
  params: { header },
  body: { first_name: 'Kay', last_name: 'McNulty', phone_numbers: [{ number: '+1 215 555 0100', type: 'mobile' }] },
})
const answer = must(made)
// Without `x-async` it is never 202.
if (!('data' in answer)) throw new Error('The contact was to be made at once.')
tell('create', { status: made.response.status, name: answer.data.name })

const missing = await client.GET('/contacts/{id}', { params: { header, path: { id: '404404' } } })
if (!missing.error) throw new Error('There should be no such contact.')
tell('problem', { status: missing.error.status, advice: adviceOn(missing.error) })

const deals = must(await client.GET('/deals', { params: { header, query: { 'filter[status]': 'won', limit: 5 } } }))
tell('deals', [...new Set(deals.data.map(({ status }) => status && labels[status]))])

/** Never called: what the compiler must refuse. */
export const mistakes = [
  // @ts-expect-error: contacts have no such filter
  () => client.GET('/contacts', { params: { header, query: { 'filter[shoe_size]': '38' } satisfies ContactQuery } }),
  // @ts-expect-error: the connection is missing
  () => client.GET('/contacts', { params: { header: {} } }),
  // @ts-expect-error: the provider sets the id
  () => client.POST('/contacts', { params: { header }, body: { id: '1' } satisfies ContactWrite }),
  // @ts-expect-error: a deal is open, won, lost or other
  () => client.POST('/deals', { params: { header }, body: { name: 'Renewal', status: 'closed' } }),
]
