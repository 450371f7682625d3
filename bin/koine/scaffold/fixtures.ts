// The fixtures of a model: requests as the mapping makes them, replies by example, answers left to a person.
import type { Mapping } from '../../../src/mapping/compile.ts'
import { getter, parsePath, put } from '../../../src/mapping/path.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import { answerFor } from './answers.ts'
import { cut } from './example.ts'
import { listFixtures } from './list-fixtures.ts'
import { recordFixtures } from './record-fixtures.ts'
import type { Requests } from './requests.ts'
import { type Leaf, leavesOf } from './row-leaves.ts'
import { type Json, type Operation, sourceAt } from './specification.ts'

/** What fixtures are made of. */
export interface FixtureParts {
  readonly mapping: Mapping
  readonly requests: Requests
  /** An example of a record in a list, and of one alone. */
  readonly listed: Json
  readonly single: Json
  readonly connection: Readonly<Record<string, string>>
  /** What the provider answers for a record that it has not, and where it says why. */
  readonly failure: { readonly body: unknown; readonly message: string | undefined }
}
/** A fixture but for what all of a model have in common. */
export type Exchanged = Pick<Fixture, 'call' | 'exchanges' | 'answer' | 'pages'>
export interface Fixtured extends FixtureParts {
  readonly leaves: readonly Leaf[]
  readonly idPath: string
  idOf(record: Json): unknown
  /** A record of the id and some fields alone: enough where what is proved is the request. */
  short(record: Json, fields: readonly string[]): Json
  /** Our answer for a record of theirs, left to a person. */
  answer(record: Json): Json
  add(name: string, operation: Operation, exchanged: Exchanged): void
}

/** A value put at a path of a body; the value itself for the whole. */
export function placed(path: string | undefined, value: unknown, body: Json = {}): Json {
  if (path === undefined || path === '') return value as Json
  put(body, parsePath(path) ?? [], value)
  return body
}
/** A value in a path of ours. */
export const inPath = (value: string): string => value.replaceAll(/[^\w@:.,/-]/g, one => encodeURIComponent(one))

/** Makes the fixtures of one model, by the names of their files. */
export function makeFixtures(parts: FixtureParts): Record<string, Fixture> {
  const { model, file } = parts.mapping
  const leaves = leavesOf(model, file.fields)
  const idPath = leavesOf(model, { id: file.fields.id ?? 'id' })[0]?.keys ?? 'id'
  const made: Record<string, Fixture> = {}
  const fieldsOf = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(file.fields).filter(([name]) => names.includes(name)))
  const fixtured: Fixtured = {
    ...parts,
    leaves,
    idPath,
    idOf: getter(parsePath(idPath) ?? []),
    short: (record, fields) => cut(record, [idPath, ...leavesOf(model, fieldsOf(fields)).map(({ keys }) => keys)]),
    answer: record => answerFor(file.fields, record),
    add(name, { spec, template, method }, exchanged) {
      made[`${model.name}-${name.replaceAll('_', '-')}.json`] = {
        $schema: '../../fixture.schema.json',
        model: model.name,
        source: sourceAt(spec, 'paths', template, method),
        ...(Object.keys(parts.connection).length > 0 && { connection: parts.connection }),
        ...exchanged,
      }
    },
  }
  listFixtures(fixtured)
  recordFixtures(fixtured)
  return made
}
