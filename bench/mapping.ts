// Reading one page, step by step, without a network: prints milliseconds a page as one line of JSON.
// `node bench/mapping.ts <batches>`
import { files } from '../mappings/index.ts'
import { openCatalogue } from '../src/mapping/catalogue.ts'
import { contactOf, type Theirs } from './contact.ts'
import { jsonataPage } from './jsonata.ts'
import { page, RECORDS } from './page.ts'
import { median } from './statistics.ts'

/** Milliseconds a page, and the medians of their ratios to parsing, batch by batch. */
export interface MappingFigures {
  readonly parse: number
  readonly read: number
  readonly byHand: number
  readonly write: number
  /** One JSONata expression over the page. */
  readonly jsonata: number
  readonly readToParse: number
  readonly byHandToParse: number
  readonly jsonataToParse: number
  /** Whether all three make the same of the page. */
  readonly same: boolean
}

/** Pages in one batch: enough for the clock, few enough that most batches end before another process gets the core. */
const PAGES = 5
const texts = Array.from({ length: PAGES }, () => page)

const mapping = await openCatalogue(files, Date.now).mapping('hubspot', 'contacts')
if (!mapping?.list) throw new Error('HubSpot’s contacts cannot be listed')
const plan = mapping.list.plan({ filters: {}, limit: RECORDS, raw: false, connection: {} })
if (!('read' in plan)) throw new Error('The list is refused')
const headers = new Headers()

const read = (body: unknown) => {
  const made = plan.read({ status: 200, headers, body })
  if ('refused' in made) throw new Error(made.refused.code)
  return { data: made.page.data, next_cursor: null, warnings: made.page.warnings }
}
const byHand = (body: unknown) => ({
  data: (body as { results: Theirs[] }).results.map(contactOf),
  next_cursor: null,
  warnings: [],
})

/** A value with the keys of its objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}

/** Runs a step over a batch; answers what it made and milliseconds a page. */
function timed<In, Out>(batch: readonly In[], step: (one: In) => Out): [Out[], number] {
  const started = performance.now()
  const made = batch.map(one => step(one))
  return [made, (performance.now() - started) / batch.length]
}

// The first batches are the compiler's.
const WARM = 400
const rounds: { parse: number; read: number; byHand: number; write: number }[] = []
for (let round = 0; round < WARM + Number(process.argv[2] ?? 2_000); round++) {
  const [bodies, parse] = timed(texts, text => JSON.parse(text) as unknown)
  const [answers, readMs] = timed(bodies, read)
  const [, byHandMs] = timed(bodies, byHand)
  const [, write] = timed(answers, answer => JSON.stringify(answer))
  if (round >= WARM) rounds.push({ parse, read: readMs, byHand: byHandMs, write })
}
// Its evaluation is asynchronous and some sixty times slower than parsing: fewer rounds, beside a parsing of their own.
const JSONATA_WARM = 10
const JSONATA_ROUNDS = 60
const jsonataRounds: { parse: number; jsonata: number }[] = []
for (let round = 0; round < JSONATA_WARM + JSONATA_ROUNDS; round++) {
  const [bodies, parse] = timed(texts, text => JSON.parse(text) as unknown)
  const started = performance.now()
  for (const body of bodies) await jsonataPage(body)
  if (round >= JSONATA_WARM) jsonataRounds.push({ parse, jsonata: (performance.now() - started) / PAGES })
}
const made = [read(JSON.parse(page)), byHand(JSON.parse(page)), await jsonataPage(JSON.parse(page))]
const figures: MappingFigures = {
  parse: median(rounds.map(r => r.parse)),
  read: median(rounds.map(r => r.read)),
  byHand: median(rounds.map(r => r.byHand)),
  write: median(rounds.map(r => r.write)),
  jsonata: median(jsonataRounds.map(r => r.jsonata)),
  readToParse: median(rounds.map(r => r.read / r.parse)),
  byHandToParse: median(rounds.map(r => r.byHand / r.parse)),
  jsonataToParse: median(jsonataRounds.map(r => r.jsonata / r.parse)),
  same: new Set(made.map(answer => JSON.stringify(sorted(answer)))).size === 1,
}
console.log(JSON.stringify(figures))
