// Actions of a backend, in words of their own, and the mapping file that says which verb each of them is.
import contacts from '../../mappings/hubspot/contacts.json' with { type: 'json' }
import { files } from '../../mappings/index.ts'
import type { Files } from '../../src/mapping/catalogue.ts'
import { Escaped, type NangoAction, Thrown } from '../support/nango-server.ts'

interface Person {
  key: string
  given?: string
  family?: string | null
  mail?: string
  phones?: { desk?: string; hand?: string }
  changed: string
}

/** The rows of those words. */
const fields = {
  id: 'key',
  first_name: 'given',
  last_name: 'family',
  emails: { positions: [{ email: 'mail' }] },
  phone_numbers: { positions: [{ number: 'phones.desk' }, { number: 'phones.hand', type: { const: 'mobile' } }] },
  updated_at: 'changed',
}
/** HubSpot, whose contacts are read and written by a backend's named actions. */
export const viaFiles: Files = {
  ...files,
  hubspot: {
    ...files.hubspot,
    models: {
      ...files.hubspot.models,
      contacts: async () => ({
        default: {
          ...contacts,
          backend_actions: {
            nango: {
              list: {
                action: 'find-people',
                input: { page: { size: '{limit}', after: '{cursor}' } },
                filters: { email: { where: { mail: '{value}' } } },
                records: 'found.people',
                cursor: 'found.next',
                fields,
              },
              get: { action: 'read-person', input: { key: '{id}' }, record: 'person', fields },
              create: { action: 'add-person', input: { person: '{record}' }, record: 'person', fields },
              update: { action: 'change-person', input: { key: '{id}' }, id: 'key', fields },
              delete: { action: 'remove-person', input: { key: '{id}' } },
            },
          },
        },
      }),
    },
  },
}

const SEED: readonly Person[] = [
  { key: 'p1', given: 'Ada', family: 'Lovelace', mail: 'ada@example.com', changed: '2026-01-01T00:00:00Z' },
  { key: 'p2', given: 'Alan', mail: 'alan@example.com', phones: { hand: '+44 1' }, changed: '2026-01-02T00:00:00Z' },
  { key: 'p3', given: 'Grace', family: 'Hopper', mail: 'grace@example.com', changed: '2026-01-03T00:00:00Z' },
]

/** The actions over a few people; `inputs` has what each was triggered with. */
export function createPeople(): { actions: Record<string, NangoAction>; inputs: [string, unknown][] } {
  const people = new Map(SEED.map(person => [person.key, structuredClone(person)]))
  const inputs: [string, unknown][] = []
  const find = (key: string): Person => {
    const person = people.get(key)
    if (person) return person
    throw new Escaped(404, { status: 'error', message: 'resource not found', category: 'OBJECT_NOT_FOUND' })
  }
  const actions: Record<string, (input: never) => unknown> = {
    'find-people'({ page, where }: { page: { size: number; after?: string }; where?: { mail: string } }) {
      const all = [...people.values()].filter(person => !where || person.mail === where.mail)
      const from = Number(page.after ?? 0)
      const next = from + page.size < all.length ? String(from + page.size) : null
      return { found: { people: all.slice(from, from + page.size), next } }
    },
    'read-person': ({ key }: { key: string }) => ({ person: find(key) }),
    'add-person'({ person }: { person: Omit<Person, 'key'> }) {
      if (person.mail === 'taken@example.com')
        throw new Thrown({ message: 'The address is taken.', field: 'mail', tries: [1, 2] })
      const made = { ...person, key: `p${people.size + 1}`, changed: '2026-02-01T00:00:00Z' }
      people.set(made.key, made)
      return { person: made }
    },
    'change-person'({ key, ...change }: Person) {
      Object.assign(find(key), change)
      return { key }
    },
    'remove-person'({ key }: { key: string }) {
      find(key)
      people.delete(key)
    },
  }
  const noted = Object.entries(actions).map(([name, act]): [string, NangoAction] => [
    name,
    input => {
      inputs.push([name, input])
      return act(input)
    },
  ])
  return { actions: Object.fromEntries(noted), inputs }
}
