// The people, companies and deals that every sandbox provider holds, so that the same person can be found in all of
// them. Made from a fixed seed: the same records at every start, with the gaps and oddities that real accounts have.

export interface Owner {
  key: number
  first_name: string
  last_name: string
  email: string
}
export interface Company {
  key: number
  name: string
  domain: string
  industry?: string
  employees?: number
  /** In units of the currency, not minor units. */
  annual_revenue?: number
  phone?: string
  street?: string
  city?: string
  state?: string
  postal_code?: string
  /** English name and ISO 3166-1 alpha-2 code of one country. */
  country?: string
  country_code?: string
  description?: string
  owner: number
  created_at: string
  updated_at: string
}
export interface Person {
  key: number
  first_name?: string
  last_name: string
  email?: string
  phone?: string
  mobile?: string
  fax?: string
  title?: string
  department?: string
  street?: string
  city?: string
  state?: string
  postal_code?: string
  country?: string
  country_code?: string
  website?: string
  linkedin?: string
  description?: string
  /** YYYY-MM-DD */
  birthday?: string
  /** Key of a company. */
  company?: number
  owner?: number
  /** A customer's own field, for the custom-field paths of each provider. */
  tier?: 'gold' | 'silver' | 'bronze'
  created_at: string
  updated_at: string
}
export interface Deal {
  key: number
  name: string
  amount?: number
  currency: string
  status: 'open' | 'won' | 'lost'
  /** 0 based position among the stages: 0 to 3 are open, then won, then lost. */
  stage: number
  /** YYYY-MM-DD */
  close_date?: string
  company?: number
  person?: number
  owner: number
  description?: string
  created_at: string
  updated_at: string
}

const FIRST =
  'Ada Grace Alan Edsger Barbara Donald Katherine Linus Margaret Dennis Hedy Claude Radia Tim Sophie Niklaus Frances John Jean Ken Adele Bjarne Shafi Leslie Karen Vint Mary Zoë Anđela José'.split(
    ' ',
  )
const LAST =
  "Lovelace Hopper Turing Dijkstra Liskov Knuth Johnson O'Hara Hamilton Ritchie Lamarr Shannon Perlman Berners-Lee Wilson Wirth Allen Backus Sammet Thompson Goldberg Stroustrup Goldwasser Lamport Jones Cerf Shaw Müller 山田 García".split(
    ' ',
  )
const FIRMS =
  'Analytical Engines|Northwind Traders|Blue Harbour|Acme Rockets|Kestrel Analytics|Granite & Sons|Lumen Labs|Orchard Street|Tidewater Foods|Cobalt Systems|Juniper Freight|Saffron Health'.split(
    '|',
  )
const TITLES = [
  'Engineer',
  'Head of Sales',
  'Chief Financial Officer',
  'Buyer',
  'Account Manager',
  'VP, Marketing',
  undefined,
]
const DEPARTMENTS = ['Engineering', 'Sales', 'Finance', undefined]
const INDUSTRIES = ['SOFTWARE', 'LOGISTICS', 'FOOD', 'HEALTH', undefined]
const PLACES = [
  { city: 'London', state: undefined, postal_code: 'SW1Y 4JU', country: 'United Kingdom', country_code: 'GB' },
  { city: 'San Francisco', state: 'CA', postal_code: '94105', country: 'United States', country_code: 'US' },
  { city: 'Zürich', state: 'ZH', postal_code: '8001', country: 'Switzerland', country_code: 'CH' },
  { city: 'São Paulo', state: 'SP', postal_code: '01310-100', country: 'Brazil', country_code: 'BR' },
] as const

/** A small linear congruential generator (Numerical Recipes constants): the data never changes between starts. */
function sequence(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
const compact = <T extends object>(value: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T
/** A time in 2025 or early 2026, distinct for every key, in whole seconds so that every provider can hold it. */
const time = (key: number, days: number): string =>
  new Date(Date.UTC(2025, 0, 1, 8, 0, 0) + days * 864e5 + key * 61_000).toISOString()

export const owners: readonly Owner[] = ['Mina Okafor', 'Tomás Silva', 'Ines Weber'].map((name, i) => {
  const [first_name = '', last_name = ''] = name.split(' ')
  return { key: i + 1, first_name, last_name, email: `${['mina', 'tomas', 'ines'][i]}@sandbox.example` }
})

export const companies: readonly Company[] = Array.from({ length: 60 }, (_, i) => {
  const any = sequence(7_000 + i)
  const key = i + 1
  const place = PLACES[any(PLACES.length)]!
  const name = `${FIRMS[i % FIRMS.length]}${i < FIRMS.length ? '' : ` ${Math.floor(i / FIRMS.length) + 1}`}`
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const bare = key % 11 === 0
  return compact<Company>({
    key,
    name,
    domain: `${slug}.example`,
    industry: bare ? undefined : INDUSTRIES[any(INDUSTRIES.length)],
    employees: bare ? undefined : 5 + any(4_000),
    annual_revenue: bare ? undefined : 10_000 * (1 + any(900)),
    phone: bare ? undefined : `+1 415 555 ${String(1000 + key)}`,
    street: bare ? undefined : `${1 + any(200)} Market Street`,
    city: bare ? undefined : place.city,
    state: bare ? undefined : place.state,
    postal_code: bare ? undefined : place.postal_code,
    country: bare ? undefined : place.country,
    country_code: bare ? undefined : place.country_code,
    description: key % 5 === 0 ? `Customer since ${2000 + any(24)}.` : undefined,
    owner: 1 + any(owners.length),
    created_at: time(key, any(120)),
    updated_at: time(key, 120 + any(240)),
  })
})

export const people: readonly Person[] = Array.from({ length: 300 }, (_, i) => {
  const any = sequence(100 + i)
  const key = i + 1
  const first = FIRST[i % FIRST.length]!
  const last = LAST[(i + Math.floor(i / FIRST.length) * 7) % LAST.length]!
  // The first draws of neighbouring seeds are near each other: spread them over all companies.
  const company = key % 9 === 0 ? undefined : companies[(i * 7 + any(companies.length)) % companies.length]
  const place = PLACES[any(PLACES.length)]!
  const ascii = (s: string) => s.normalize('NFKD').replace(/[^A-Za-z]/g, '') || 'yamada'
  const bare = key > 1 && key % 10 === 0 // nothing but a name: every optional value is missing
  const full = key === 1 // the first person has every value, for examples
  return compact<Person>({
    key,
    first_name: key % 25 === 0 ? undefined : first,
    last_name: last,
    email: bare
      ? undefined
      : full
        ? 'ada@analytical-engines.example'
        : `${ascii(first)}.${ascii(last)}.${key}@people.example`.toLowerCase(),
    phone: bare ? undefined : `+44 20 7946 ${String(1000 + key).slice(-4)}`,
    mobile: full || (!bare && any(2) === 0) ? `+44 7700 900${String(key).padStart(3, '0')}` : undefined,
    fax: full || key % 30 === 3 ? `+44 20 7946 9${String(key).padStart(3, '0')}` : undefined,
    title: full ? 'Engineer' : bare ? undefined : TITLES[any(TITLES.length)],
    department: full ? 'Engineering' : bare ? undefined : DEPARTMENTS[any(DEPARTMENTS.length)],
    street: bare ? undefined : full ? "12 St James's Square" : `${1 + any(300)} High Street`,
    city: bare ? undefined : full ? 'London' : place.city,
    state: bare || full ? undefined : place.state,
    postal_code: bare ? undefined : full ? 'SW1Y 4JU' : place.postal_code,
    country: bare ? undefined : full ? 'United Kingdom' : place.country,
    country_code: bare ? undefined : full ? 'GB' : place.country_code,
    website: full || key % 4 === 0 ? `https://people.example/${key}` : undefined,
    linkedin: full || key % 6 === 1 ? `https://www.linkedin.com/in/sandbox-${key}` : undefined,
    description: full || key % 8 === 2 ? `Met at the ${['spring', 'autumn'][any(2)]} fair.` : undefined,
    birthday: full ? '1985-12-10' : key % 3 === 0 ? `19${60 + any(40)}-0${1 + any(9)}-1${any(9)}` : undefined,
    company: full ? 1 : company?.key,
    owner: full || key % 7 !== 0 ? 1 + any(owners.length) : undefined,
    tier: full ? 'gold' : key % 2 === 0 ? (['gold', 'silver', 'bronze'] as const)[any(3)] : undefined,
    created_at: time(key, any(200)),
    updated_at: time(key, 200 + any(200)),
  })
})

export const deals: readonly Deal[] = Array.from({ length: 120 }, (_, i) => {
  // Far apart, or the first draws of neighbours would be the same.
  const any = sequence(Math.imul(40_000 + i, 2_654_435_761))
  const key = i + 1
  const person = people[any(people.length)]!
  const stage = i < 6 ? i : any(6)
  return compact<Deal>({
    key,
    name: `${['Renewal', 'Pilot', 'Expansion', 'New business'][any(4)]} ${2025 + (key % 2)}-${String(key).padStart(3, '0')}`,
    amount: key % 13 === 0 ? undefined : 500 * (1 + any(400)) + (key % 4 === 0 ? 0.5 : 0),
    currency: ['USD', 'EUR', 'GBP'][any(3)]!,
    status: stage < 4 ? 'open' : stage === 4 ? 'won' : 'lost',
    stage,
    close_date: key % 6 === 5 ? undefined : `2026-0${1 + any(9)}-1${any(9)}`,
    company: person.company,
    person: key % 10 === 7 ? undefined : person.key,
    owner: 1 + any(owners.length),
    description: key % 5 === 0 ? 'Asked for a quote.' : undefined,
    created_at: time(key, 30 + any(200)),
    updated_at: time(key, 230 + any(150)),
  })
})
