// The tables of docs/mapping.md that are made from code and not from the schema.
import { type Codec, codecs } from '../../src/mapping/codecs.ts'
import { compileErrors } from '../../src/mapping/errors.ts'
import { escapes } from '../../src/mapping/escape.ts'
import { failureWords } from '../../src/mapping/schema/index.ts'
import { type Place, places } from '../../src/mapping/template.ts'
import { type Field, models } from '../../src/models/index.ts'
import { table } from './table.ts'

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

/** Asks a hand-written text for each name, so that none is left out. */
const told = (description: Readonly<Record<string, string>>, name: string): string => {
  const text = description[name]
  if (text === undefined)
    throw new Error(`"${name}" is new to the format: say in bin/generate/format-tables.ts what it is`)
  return text
}

const COLUMNS: readonly Place[] = ['url', 'query', 'header', 'body', 'clause']
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  id: '`{id}`: the record’s id, for get, update and delete; `{id.0}`, a part of one that carries its parent (`7:99`)',
  filter: '`{filter.x}`: what filter x asks for, in the request itself: without that filter the request cannot be made',
  input: '`{input.x}`: field x of the record that is made',
  limit: '`{limit}`: records asked for on a page, never more than `max`',
  cursor: '`{cursor}`: the provider’s cursor; nothing on the first page',
  offset: '`{offset}`: the offset of the page',
  page: '`{page}`: the number of the page',
  last: '`{last.x}`: x of the last record answered; nothing on the first page',
  select: '`{select}`: the names of the fields to answer',
  filters: '`{filters}`: the clauses of the filters asked for',
  sort: '`{sort}`: the clause of the sort asked for',
  value: '`{value}`: what a filter asks for, inside that filter; what a row writes, inside its template',
  direction: '`{direction}`: asc or desc in the provider’s words, inside a sort',
  record: '`{record}`: the record that the field table wrote',
  written: '`{written}`: its top-level keys, joined by commas',
  current: '`{current.x}`: x of the provider’s record, which is fetched first',
  connection: '`{connection.x}`: the connection’s answer to a question',
  idempotency_key: '`{idempotency_key}`: the caller’s key, on create',
  items: '`{items}`: in a `batch`, the list of what is sent of each record',
  ids: '`{ids}`: in a `batch`, the ids of its records, with commas between them',
  key: '`{key}`: in an `item` of a `batch`, what the record is told by in the answer',
  error: '`{error}`, `{error.x}`: in `failure.as` of a `batch`, what the answer says of a refused record',
}

/** Which placeholder may stand where. */
export const placeholderTable = (): string =>
  table(
    ['placeholder', ...COLUMNS],
    Object.entries(places).map(([name, allowed]) => [
      told(PLACEHOLDERS, name),
      ...COLUMNS.map(place => (allowed.includes(place) ? '●' : '')),
    ]),
  )

const ESCAPES: Readonly<Record<string, [description: string, sample: string]>> = {
  single: ["in single quotes, `\\` before `'` and `\\`", "O'Hara"],
  double: ['in double quotes, `\\` before `"` and `\\`', 'the "Duke"'],
  doubled: ["in single quotes, `'` twice", "O'Hara"],
  criteria: ['`\\` before parentheses, commas and `\\`', 'Acme (UK), Ltd'],
  word: ['letters, digits, `-` and `_`; else the call is refused', 'abc-1'],
  number: ['a number as it is; else the call is refused', '12.5'],
  instant: ['a time as RFC 3339 in UTC; else the call is refused', '2026-01-05T10:30:00+01:00'],
}

/** How a value may be put into a text, with what each makes of a sample. */
export const escapeTable = (): string =>
  table(
    ['escape', 'what it does', 'given', 'becomes'],
    Object.entries(escapes).map(([name, escaped]) => {
      const [description, sample] = ESCAPES[name] ?? [told({}, name), '']
      return [code(name), description, code(sample), code(String(escaped(sample)))]
    }),
  )

const SAMPLES: Readonly<Record<string, unknown>> = {
  text: 'Met at the fair.',
  number: 25,
  boolean: true,
  instant: '2026-01-05T09:30:00.000Z',
  date: '2026-01-05',
  list: ['press', 'vip'],
}

/** Every format by the type of the field, with what is written for a sample. */
export const codecTable = (): string =>
  table(
    ['type of our field', '`format`', 'ours', 'theirs'],
    Object.entries(codecs).flatMap(([type, named]) =>
      Object.entries(named as Readonly<Record<string, Codec>>).map(([name, codec]) => {
        const sample = name === 'number-id' ? '4711' : SAMPLES[type]
        return [
          type,
          name === '' ? 'none' : code(name),
          code(JSON.stringify(sample)),
          code(JSON.stringify(codec.write(sample))),
        ]
      }),
    ),
  )

const FAILURES: Readonly<Record<string, string>> = {
  invalid: 'the request was understood and refused',
  unauthorized: 'the credentials are no longer accepted',
  'scope-missing': 'the sign-in lacks a permission',
  forbidden: 'the account may not do that',
  'not-found': 'there is no such record',
  conflict: 'there is such a record already',
  stale: 'the record was changed in the meantime',
  'rate-limited': 'too many requests for now',
  'quota-spent': 'the budget of the account is spent',
  'page-limit': 'the list does not go on so far',
  'bad-cursor': 'the cursor is no longer accepted',
  'provider-down': 'the provider failed',
}

/** The words of failure rows and the problems they become. */
export function failureTable(): string {
  const rows = failureWords.map(word => {
    const file = {
      name: 'x',
      source: 'x',
      base: 'https://x',
      hosts: ['x'],
      auth: {},
      errors: { rows: [{ error: word }] },
    }
    const failure = compileErrors('x', file, Date.now)({ status: 200, headers: new Headers(), body: {} }, 'get')
    return [code(word), told(FAILURES, word), `[\`${failure!.code}\`](problems.md)`]
  })
  return table(['`error`', 'meaning', 'the caller gets'], rows)
}

function typeOf(field: Field): string {
  if (field.type === 'rows') return `list of { ${Object.keys(field.members).join(', ')} }`
  if (field.type === 'list') return 'list of texts'
  if (field.type === 'map') return 'values by name'
  return 'options' in field && field.options ? field.options.map(code).join(', ') : field.type
}

/** What mappings are to: the fields, filters and sorts of every model. */
export const modelTables = (): string =>
  Object.values(models)
    .map(({ name, fields, filters, sorts }) => {
      const rows = Object.entries(fields).map(([field, spec]) => [
        code(field),
        typeOf(spec),
        `${spec.description}${'readOnly' in spec && spec.readOnly ? ' Never written.' : ''}`,
      ])
      const offered = Object.entries(filters).map(([filter, field]) => `\`${filter}\` (of \`${field}\`)`)
      return [
        `#### ${name}`,
        table(['field', 'type', 'meaning'], rows),
        `Filters: ${offered.join(', ')}. Sorts: ${sorts.map(code).join(', ')}.`,
      ].join('\n\n')
    })
    .join('\n\n')
