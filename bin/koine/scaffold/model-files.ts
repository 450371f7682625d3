// The files of one model: mapping, evidence, fixtures.
import { completenessOf } from '../../../src/mapping/check/index.ts'
import { compileMapping, type Mapping } from '../../../src/mapping/compile.ts'
import { keysOf, parsePath } from '../../../src/mapping/path.ts'
import type { EvidenceFile, ModelFile } from '../../../src/mapping/schema/index.ts'
import type { Model } from '../../../src/models/index.ts'
import { formatJson } from '../../check/format.ts'
import { TODO } from '../../check/unwritten.ts'
import { exampleOf } from './example.ts'
import { ABSENT, UNKNOWN_ID } from './field-table.ts'
import { makeFixtures } from './fixtures.ts'
import type { ModelPart } from './model-part.ts'
import type { ProviderPart } from './provider-part.ts'
import { recordIn } from './record-place.ts'
import { type Leaf, leavesOf } from './row-leaves.ts'
import { shapeOf } from './shape.ts'
import { type Content, type Json, type Operation, successOf } from './specification.ts'

/** Path below the provider's folder → content. */
export type Files = Readonly<Record<string, string>>
export const json = (value: unknown): string => formatJson(JSON.stringify(value))

/** The files of a model whose path a person has to choose. */
export function undecidedFiles(model: Model, says: string, source: string): Files {
  const absent = Object.keys(model.fields).filter(name => name !== 'id')
  const file: ModelFile = {
    $schema: '../mapping.schema.json',
    model: model.name,
    list: `${TODO}: ${says}`,
    fields: { id: UNKNOWN_ID },
    absent: Object.fromEntries(absent.map(name => [name, ABSENT])),
  }
  return {
    [`${model.name}.json`]: json(file),
    [`${model.name}.evidence.json`]: json({ $schema: '../evidence.schema.json', source }),
  }
}

const isJoined = ({ row }: Leaf): boolean => typeof row === 'object' && row.join !== undefined

/** An example of a record, with what an example of the whole answer has there. */
function recordFor({ requests, collection, file, model }: ModelPart, schema: unknown, operation?: Operation): Json {
  const { spec } = collection
  // A value that is a field of its own is that, also where another field joins it with more.
  const all = leavesOf(model, file.fields).sort((a, b) => Number(isJoined(b)) - Number(isJoined(a)))
  const leaves = new Map(all.map(leaf => [leaf.keys, leaf]))
  const own = schema ?? requests.record
  const content = operation && successOf(operation).content
  const place = recordIn(spec, content?.schema, new Set(Object.keys(shapeOf(spec, own, true).properties)))
  const given = place?.keys.reduce<unknown>((at, key) => (at as Json | undefined | null)?.[key], content?.example)
  return exampleOf(own, given, [], { spec, leaves }) as Json
}

/** What the provider answers for a record that it has not: by its 404, else by any failure. */
function failureFor({ collection }: ModelPart, { file, failures }: ProviderPart) {
  const content: Content | undefined = failures.get('404') ?? [...failures.values()][0]
  const places = [file.errors?.message ?? [], file.errors?.code ?? []].flat().filter(one => typeof one === 'string')
  const leaves = places.map((path): [string, Leaf] => {
    const keys = keysOf(parsePath(path) ?? []).join('.')
    return [keys, { keys, type: 'text', example: 'There is no such record.', row: path }]
  })
  const made = { spec: collection.spec, leaves: new Map(leaves) }
  const body = content && (content.example ?? exampleOf(content.schema, undefined, [], made))
  const message = file.errors?.message
  return { body, message: typeof message === 'string' ? message : undefined }
}

/** What of the examples no row reads: each as high as nothing below it is read. */
function ignoredIn(mapping: Mapping, fields: ModelFile['fields'], records: readonly Json[]): string[] {
  const read = leavesOf(mapping.model, fields).map(({ keys }) => keys)
  const { unaccounted } = completenessOf(mapping)
  const isFree = (name: string) => !read.some(one => one === name || one.startsWith(`${name}.`))
  const all = records.flatMap(unaccounted).map(leaf => {
    const keys = leaf.split('.')
    const above = keys.map((_, i) => keys.slice(0, i + 1).join('.'))
    return above.find(isFree) ?? leaf
  })
  return [...new Set(all)].sort()
}

/** Makes the files of one model; `file` is its mapping with what is said once only named. */
export function modelFiles(
  part: ModelPart,
  file: ModelFile,
  provider: ProviderPart & { readonly id: string },
): { files: Files; open: readonly string[] } {
  const { model, requests, sources } = part
  const { name } = model
  const written = file.list === undefined ? withoutList(file) : file
  const evidence: EvidenceFile = {
    $schema: '../evidence.schema.json',
    source: sources.length === 1 ? sources[0]! : [...sources],
  }
  const isKnown = requests.record !== undefined && file.fields.id !== UNKNOWN_ID
  const open: string[] = isKnown ? [] : ['what a record or its id looks like is not said: no fixtures']
  const mapping = compileMapping({
    id: provider.id,
    provider: provider.file,
    model,
    file,
    evidence,
    report: (pointer, message) => open.push(`${name}.json#${pointer}: ${message}`),
    now: () => 0,
  })
  const files = (more: Partial<EvidenceFile>, fixtures: object): Files => ({
    [`${name}.json`]: json(written),
    [`${name}.evidence.json`]: json({ ...evidence, ...more }),
    ...Object.fromEntries(Object.entries(fixtures).map(([at, fixture]) => [`fixtures/${at}`, json(fixture)])),
  })
  if (open.length > 0) return { files: files({}, {}), open }
  const listed = recordFor(part, requests.listed, requests.list?.operation)
  const single = recordFor(part, requests.record, requests.get?.operation)
  const failure = failureFor(part, provider)
  const fixtures = makeFixtures({ mapping, requests, listed, single, connection: provider.connection, failure })
  const ignored = ignoredIn(mapping, file.fields, [listed, single])
  return { files: files(ignored.length > 0 ? { ignored } : {}, fixtures), open: [] }
}

const withoutList = ({ $schema, model, object, ...rest }: ModelFile): ModelFile => ({
  $schema,
  model,
  ...(object !== undefined && { object }),
  list: `${TODO}: how ${model} are listed`,
  ...rest,
})
