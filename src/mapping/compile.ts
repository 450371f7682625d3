import type { Model } from '../models/index.ts'
import { type BackendActions, compileBackendActions } from './backend-actions.ts'
import { compileDescribe, type Describe } from './describe.ts'
import { type ClassifyError, compileErrors } from './errors.ts'
import { type ExpandedFile, expandFile } from './expand.ts'
import { compileList, type List } from './list.ts'
import { sourcePointer } from './named-entries.ts'
import { compileHeaders } from './provider-headers.ts'
import { type Fields, type Reader, readerOf, type Unified } from './read.ts'
import type { Report } from './report.ts'
import type { WriteVerb } from './row.ts'
import type { Evidence, ModelFile, ProviderFile } from './schema/index.ts'
import { compileSelect, type Select } from './select.ts'
import { compileTable, type FieldOverrides, type Table } from './table.ts'
import { type CompiledVerb, compileVerb, type RecordVerb, recordVerbs } from './verb.ts'
import { type Written, writeRecord } from './write.ts'

/** One model of one provider, compiled: closures over the files, ready for every verb. */
export interface Mapping {
  readonly provider: string
  readonly model: Model
  /** What proves the file, as far as it is at hand: at run time only what was recorded. */
  readonly evidence: Evidence
  /** The file with all that it takes from the provider's. */
  readonly file: ExpandedFile
  readonly table: Table
  readonly select: Select
  readonly classifyError: ClassifyError
  readonly list: List | undefined
  /** The call that names the customer's own fields, where the provider has one. */
  readonly describe: Describe | undefined
  readonly verbs: Readonly<Partial<Record<RecordVerb, CompiledVerb>>>
  /** For each backend, the verbs that are its own actions. */
  readonly backendActions: BackendActions
  /** A reader for the fields asked for; all when undefined. */
  reader(fields: Fields): Reader
  write(input: Unified, verb: WriteVerb, current?: unknown): Written
}

/** As many readers for different `fields` as are remembered; a caller can make up any number. */
const REMEMBERED = 64
/** Characters of the longest `fields` that is remembered. */
const LONGEST = 512

/**
 * Compiles the files of one model of one provider, with a connection's own rows laid over them. What is wrong in a
 * file goes to `report`; the mapping is to be used only when nothing was.
 */
export function compileMapping(given: {
  id: string
  provider: ProviderFile
  model: Model
  file: ModelFile
  evidence?: Evidence | undefined
  overrides?: FieldOverrides
  report: Report
  now: () => number
}): Mapping {
  const { id, provider, model, overrides = {}, now } = given
  const report: Report = (pointer, message) => given.report(sourcePointer(given.file, pointer), message)
  const file = expandFile({ provider, model, file: given.file, overrides, report: given.report })
  compileHeaders(provider, report)
  const table = compileTable(model, file, overrides, report)
  const select = compileSelect(file, table, report)
  const classifyError = compileErrors(id, provider, now)
  const readers = new Map<string, Reader>()
  const reader = (fields: Fields): Reader => {
    const key = fields?.join() ?? '*'
    const known = readers.get(key)
    if (known) return known
    const made = readerOf(table, fields)
    if (readers.size < REMEMBERED && key.length <= LONGEST) readers.set(key, made)
    return made
  }
  const parts = { id, model, provider, file, table, select, reader, classifyError, report }
  const emptyValue = provider.empty_value === undefined ? null : provider.empty_value
  return {
    provider: id,
    model,
    evidence: given.evidence ?? {},
    file,
    table,
    select,
    classifyError,
    reader,
    list: file.list && compileList(parts),
    describe: file.describe && compileDescribe(file.describe, { id, provider, classifyError, report }),
    backendActions: compileBackendActions({ model, file, table, report }),
    verbs: Object.fromEntries(
      recordVerbs.flatMap(verb => (file[verb] ? [[verb, compileVerb(verb, file[verb], parts)]] : [])),
    ),
    write: (input, verb, current) => writeRecord(table, { emptyValue, input, verb, current }),
  }
}
