// One model of a provider by a specification: its requests, field table, filters and sorts, before anything is shared.
import type { ModelFile } from '../../../src/mapping/schema/index.ts'
import type { Model } from '../../../src/models/index.ts'
import { type Asking, findAsking } from './asking.ts'
import type { Collection } from './collection.ts'
import { type FieldTable, findFields } from './field-table.ts'
import { findRequests, type Requests } from './requests.ts'
import { nodesOf } from './shape.ts'
import { sourceAt } from './specification.ts'
import { plain } from './words.ts'

export interface ModelPart {
  readonly model: Model
  readonly collection: Collection
  readonly requests: Requests
  readonly table: FieldTable
  readonly asking: Asking
  readonly file: ModelFile
  readonly sources: readonly string[]
  readonly open: readonly string[]
}

/** The fields that refer to records of another model, by that model. */
const REFERENCES: Readonly<Record<string, string>> = {
  company_id: 'companies',
  contact_id: 'contacts',
  customer_id: 'contacts',
}
const VERBS = ['get', 'create', 'update', 'delete'] as const
const singular = (word: string): string =>
  word
    .replace(/people$/, 'person')
    .replace(/ies$/, 'y')
    .replace(/s$/, '')

/** The names by which records of other models are referred to: `lead_id` where companies are leads. */
export function referencesOf(collections: Readonly<Record<string, Collection | undefined>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(REFERENCES).flatMap(([field, model]) => {
      const path = collections[model]?.path
      if (path === undefined) return []
      const word = singular(plain(path.split('/').findLast(one => one !== '' && !one.startsWith('{')) ?? ''))
      return [[field, [`${word}id`, word]]]
    }),
  )
}

/** Amounts that are whole numbers at the provider: only a person can say whether they are cents. */
function wholeAmounts({ model, collection, requests, table }: Omit<ModelPart, 'open' | 'sources' | 'file'>): string[] {
  const types = new Map(nodesOf(collection.spec, requests.record).map(({ path, shape }) => [path, shape.type]))
  return Object.entries(table.fields).flatMap(([name, row]) => {
    const isAmount = model.fields[name]?.type === 'number' && /amount|total|balance|tax|revenue/.test(name)
    return isAmount && typeof row === 'string' && types.get(row) === 'integer' ? [name] : []
  })
}

/** What the specification leaves open, for a person. */
function openIn(part: Omit<ModelPart, 'open' | 'sources' | 'file'>): string[] {
  const { model, collection, requests, table, asking } = part
  const bodies = (['create', 'update'] as const).filter(verb => requests[verb] && requests[verb].sent === undefined)
  const lacks = VERBS.filter(verb => !requests[verb])
  const whole = wholeAmounts(part)
  const { guessed } = table
  const isSure = collection.isStrong && collection.rank >= 0
  return [
    ...(isSure ? [] : [`see that what ${collection.path} holds are ${model.name}`]),
    ...requests.open,
    ...asking.open,
    ...(lacks.length > 0 ? [`the specification has no ${lacks.join(', no ')}`] : []),
    ...(bodies.length > 0
      ? [`what ${bodies.join(' and ')} may be sent is not said: see which rows can be written`]
      : []),
    ...(guessed.length > 0 ? [`${guessed.join(', ')}: our words stand for theirs, of which none are listed`] : []),
    ...(whole.length > 0 ? [`${whole.join(', ')}: whole numbers; if they are cents, they need a \`format\``] : []),
    ...table.maps.map(
      map => `\`${map}\` holds values by name: write rows like \`${map}.<name>\`, and do not ignore it`,
    ),
    ...table.flags.map(flag => `records carry \`${flag}\`: see whether lists want an \`exclude\``),
  ]
}

/** Makes one model's part. */
export function makeModel(
  model: Model,
  collection: Collection,
  references: Readonly<Record<string, readonly string[]>>,
): ModelPart {
  const { spec } = collection
  const requests = findRequests(collection, model)
  const table = findFields(collection, model, requests, references)
  const { list } = requests
  const asking: Asking = list
    ? findAsking(list.operation, { model, fields: table.fields, references })
    : { filters: {}, sorts: {}, directions: undefined, open: [] }
  const file: ModelFile = {
    $schema: '../mapping.schema.json',
    model: model.name,
    ...(list && {
      list: {
        ...list.request,
        ...(Object.keys(asking.filters).length > 0 && { filters: asking.filters }),
        ...(Object.keys(asking.sorts).length > 0 && { sorts: asking.sorts }),
        ...(asking.directions && { directions: asking.directions }),
      },
    }),
    ...Object.fromEntries(VERBS.flatMap(verb => (requests[verb] ? [[verb, requests[verb].request]] : []))),
    ...(table.required.length > 0 && { required: table.required }),
    fields: table.fields,
    ...(Object.keys(table.absent).length > 0 && { absent: table.absent }),
  }
  const templates = [list, ...VERBS.map(verb => requests[verb])].flatMap(one => one?.operation.template ?? [])
  const part = { model, collection, requests, table, asking }
  return {
    ...part,
    file,
    sources: [...new Set(templates)].map(at => sourceAt(spec, 'paths', at)),
    open: openIn(part),
  }
}
