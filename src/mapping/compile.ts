import type { Model } from '../models/index.ts'
import { compileVia, type Vias } from './backend-actions.ts'
import { compileDescribe, type Describe } from './describe.ts'
import { compileRefuse, type Refuse } from './errors.ts'
import { compileList, type List } from './list.ts'
import { type Fields, type Reader, readerOf, type Unified } from './read.ts'
import type { Report } from './report.ts'
import type { WriteVerb } from './row.ts'
import type { ModelFile, ProviderFile } from './schema/index.ts'
import { compileSelect, type Select } from './select.ts'
import { compileTable, type Overlay, type Table } from './table.ts'
import { type CompiledVerb, compileVerb, type RecordVerb, recordVerbs } from './verb.ts'
import { type Written, writeRecord } from './write.ts'

/** One model of one provider, compiled: closures over the files, ready for every verb. */
export interface Mapping {
  readonly provider: string
  readonly model: Model
  readonly file: ModelFile
  readonly table: Table
  readonly select: Select
  readonly refuse: Refuse
  readonly list: List | undefined
  /** The call that names the customer's own fields, where the provider has one. */
  readonly describe: Describe | undefined
  readonly verbs: Readonly<Partial<Record<RecordVerb, CompiledVerb>>>
  /** For each backend, the verbs that are its own actions. */
  readonly via: Vias
  /** A reader for the fields asked for; all when undefined. */
  reader(fields: Fields): Reader
  write(input: Unified, verb: WriteVerb, current?: unknown): Written
}

/** As many readers for different `fields` as are remembered; a caller can make up any number. */
const REMEMBERED = 64

/**
 * Compiles the files of one model of one provider, with a connection's own rows laid over them. What is wrong in a
 * file goes to `report`; the mapping is to be used only when nothing was.
 */
export function compileMapping(given: {
  id: string
  provider: ProviderFile
  model: Model
  file: ModelFile
  overlay?: Overlay
  report: Report
  now: () => number
}): Mapping {
  const { id, provider, model, file, overlay = {}, report, now } = given
  const table = compileTable(model, file, overlay, report)
  const select = compileSelect(file, table, report)
  const refuse = compileRefuse(id, provider, now)
  const readers = new Map<string, Reader>()
  const reader = (fields: Fields): Reader => {
    const key = fields?.join() ?? '*'
    const known = readers.get(key)
    if (known) return known
    const made = readerOf(table, fields)
    if (readers.size < REMEMBERED) readers.set(key, made)
    return made
  }
  const parts = { id, model, provider, file, table, select, reader, refuse, report }
  const clears = provider.clears === undefined ? null : provider.clears
  return {
    provider: id,
    model,
    file,
    table,
    select,
    refuse,
    reader,
    list: file.list === undefined ? undefined : compileList(parts),
    describe: file.describe && compileDescribe(file.describe, { id, provider, refuse, report }),
    via: compileVia(model, file, table, report),
    verbs: Object.fromEntries(
      recordVerbs.flatMap(verb => (file[verb] ? [[verb, compileVerb(verb, file[verb], parts)]] : [])),
    ),
    write: (input, verb, current) => writeRecord(table, clears, input, verb, current),
  }
}
