// Tells a misspelt path of a row as what it is, in place of all that follows from it.
import { type NamedFixture, recordsIn } from '../../src/mapping/check/fixture-rules.ts'
import { type FileFault, type Folder, leavesOf } from '../../src/mapping/check/index.ts'
import { plain } from '../../src/mapping/check/leaves.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import { near } from '../../src/mapping/report.ts'

type Json = Record<string, unknown>

/** A folder with what was found wrong in it. */
export interface Tried {
  readonly folder: Folder
  readonly mappings: Mapping[]
  /** The fixtures that were played. */
  readonly fixtures: readonly NamedFixture[]
  readonly faults: FileFault[]
}

/** A path that a row reads and no reply holds, beside one of nearly the same name that replies do hold. */
interface Candidate {
  readonly model: string
  readonly field: string
  readonly pointer: string
  readonly path: string
  readonly meant: string
}

const lastOf = (path: string): string => path.split('.').at(-1)!
const aboveOf = (path: string): string => path.split('.').slice(0, -1).join('.')

function candidatesIn({ fixtures }: Tried, mapping: Mapping): Candidate[] {
  const seen = new Set<string>()
  for (const { fixture } of fixtures)
    if (fixture.model === mapping.model.name)
      for (const record of recordsIn(mapping, fixture)) leavesOf(record, '', seen)
  const isSeen = (path: string) => [...seen].some(leaf => leaf === path || leaf.startsWith(`${path}.`))
  return mapping.table.rows.flatMap(row =>
    [...new Set(row.reads.map(plain))].flatMap((path): Candidate[] => {
      if (isSeen(path)) return []
      const beside = [...seen].filter(leaf => aboveOf(leaf) === aboveOf(path)).map(lastOf)
      const meant = near(lastOf(path), beside)
      if (meant === undefined) return []
      const { field, pointer } = row
      const right = aboveOf(path) === '' ? meant : `${aboveOf(path)}.${meant}`
      return [{ model: mapping.model.name, field, pointer, path, meant: right }]
    }),
  )
}

/** More than so many rows of a folder are not tried: each takes as long as all fixtures. */
const TRIED = 12

/** Whether a fault is of a model: of its file, or of a fixture of it. */
const isOf = ({ file }: FileFault, model: string, { folder: { id }, fixtures }: Tried): boolean =>
  file === `${id}/${model}.json` ||
  fixtures.some(({ name, fixture }) => fixture.model === model && file === `${id}/fixtures/${name}`)

/** The folder with the row put right. */
function corrected(folder: Folder, { model, field, path, meant }: Candidate): Folder {
  const content = structuredClone(folder.models[model]) as Json
  const fields = content.fields as Json
  const from = lastOf(path).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const key = new RegExp(`(?<![\\w$@-])${from}(?![\\w$@-])`, 'g')
  fields[field] = JSON.parse(JSON.stringify(fields[field]).replace(key, () => lastOf(meant)))
  return { ...folder, models: { ...folder.models, [model]: content } }
}

/**
 * Puts right, one by one, the paths of rows that seem misspelt. Where fewer faults are left with the right path than
 * without it, the misspelling was a cause: it is told, and what followed from it is gone. Fixtures are tried again for
 * each, so that nothing is told that does not prove itself.
 */
export async function byCause(first: Tried, attempt: (folder: Folder) => Promise<Tried>): Promise<Tried> {
  const told: FileFault[] = []
  let here = first
  const candidates = first.mappings
    .filter(({ model }) => first.faults.some(fault => isOf(fault, model.name, first)))
    .flatMap(mapping => candidatesIn(first, mapping))
  for (const candidate of candidates.slice(0, TRIED)) {
    if (here.faults.length === 0) break
    const there = await attempt(corrected(here.folder, candidate))
    if (there.faults.length >= here.faults.length) continue
    here = there
    const { model, field, pointer, path, meant } = candidate
    told.push({
      file: `${first.folder.id}/${model}.json`,
      pointer,
      message: `"${field}" names "${path}", which no reply holds; did you mean "${meant}"?`,
      kind: 'completeness',
    })
  }
  return { ...here, faults: [...told, ...here.faults] }
}
