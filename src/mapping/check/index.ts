import { models } from '../../models/index.ts'
import { compileMapping, type Mapping } from '../compile.ts'
import { listsOf } from '../expand.ts'
import { isObject } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import { type Fixture, fixtureFile } from '../schema/fixture.ts'
import {
  type Evidence,
  evidenceFile,
  type ModelFile,
  modelFile,
  type ProviderFile,
  providerFile,
} from '../schema/index.ts'
import { checkFields } from './completeness.ts'
import type { FileFault } from './file-fault.ts'
import type { NamedFixture } from './fixture-rules.ts'
import { checkFixtures } from './fixture-rules.ts'
import { checkIgnored } from './leaves.ts'
import { checkShape } from './shape.ts'

export { type FileFault, print } from './file-fault.ts'
export { completenessOf, leavesOf } from './leaves.ts'

/** The files of one provider, parsed, as they lie in its folder. */
export interface Folder {
  readonly id: string
  readonly provider: unknown
  /** File name without `.json` → content. */
  readonly models: Readonly<Record<string, unknown>>
  /** Model → what its evidence file holds. */
  readonly evidence: Readonly<Record<string, unknown>>
  /** File name → content. */
  readonly fixtures: Readonly<Record<string, unknown>>
  /** Names of hooks. */
  readonly actions: readonly string[]
  /** Names of hooks. */
  readonly hooks: readonly string[]
}
/** What a check found: the faults, the mappings that compiled, and the escape hatches in use. */
export interface Checked {
  readonly faults: FileFault[]
  readonly mappings: Mapping[]
  readonly hatches: string[]
}

/** Checks one provider's folder: shapes, names, completeness of both sides, fixtures. Nothing is sent anywhere. */
export function checkFolder(folder: Folder): Checked {
  const faults: FileFault[] = []
  const in_ =
    (file: string): Report =>
    (pointer, message) =>
      faults.push({ file: `${folder.id}/${file}`, pointer, message })
  checkShape(folder.provider, providerFile, in_('provider.json'))
  const fixtures = Object.entries(folder.fixtures).flatMap(([name, fixture]): NamedFixture[] => {
    const before = faults.length
    checkShape(fixture, fixtureFile, in_(`fixtures/${name}`))
    return faults.length === before ? [{ name, fixture: fixture as Fixture }] : []
  })
  for (const { name, fixture } of fixtures)
    if (!(fixture.model in folder.models))
      in_(`fixtures/${name}`)(
        '/model',
        `no mapping "${fixture.model}"; ${nearest(fixture.model, Object.keys(folder.models))}`,
      )
  const mappings: Mapping[] = []
  const hatches: string[] = []
  for (const [name, file] of Object.entries(folder.models)) {
    const report = in_(`${name}.json`)
    const before = faults.length
    checkShape(file, modelFile, report)
    const model = Object.hasOwn(models, name) ? models[name] : undefined
    if (!model) report('/model', `no model "${name}"; ${nearest(name, Object.keys(models))}`)
    else if (isObject(file) && file.model !== name)
      report('/model', `the file is ${name}.json, the model "${String(file.model)}"`)
    if (faults.length > before || !model || faults.some(fault => fault.file.endsWith('/provider.json'))) continue
    const evidence = evidenceOf(folder, name, in_)
    const mapping = compileMapping({
      evidence,
      id: folder.id,
      provider: folder.provider as ProviderFile,
      model,
      file: file as ModelFile,
      report,
      now: () => 0,
    })
    checkFields(mapping, model, report)
    checkIgnored(mapping, in_(`${name}.evidence.json`))
    checkFixtures(mapping, fixtures, report)
    checkHooks(folder, mapping, report)
    hatches.push(...hatchesOf(`${folder.id}/${name}`, mapping))
    mappings.push(mapping)
  }
  return { faults, mappings, hatches }
}

/** What a model's evidence file holds; a faulty one is as good as none. */
function evidenceOf(folder: Folder, model: string, in_: (file: string) => Report): Evidence {
  const file = `${model}.evidence.json`
  const given = folder.evidence[model]
  if (given === undefined) {
    in_(file)('', `is missing: write what ${model}.json was written from`)
    return {}
  }
  const faults: string[] = []
  checkShape(given, evidenceFile, (pointer, message) => {
    faults.push(pointer)
    in_(file)(pointer, message)
  })
  return faults.length === 0 ? (given as Evidence) : {}
}

const VERBS = ['get', 'create', 'update', 'delete'] as const

function checkHooks({ hooks }: Folder, { file, table }: Mapping, report: Report): void {
  const used = [
    ...listsOf(file).map((list, i) => ({ hook: list.hook, pointer: isObject(file.list) ? '/list' : `/list/${i}` })),
    ...VERBS.map(verb => ({ hook: file[verb]?.hook, pointer: `/${verb}` })),
  ]
  for (const { hook, pointer } of used)
    if (hook !== undefined && !hooks.includes(hook))
      report(`${pointer}/hook`, `no hook "${hook}"; ${nearest(hook, hooks)}`)
  for (const row of table.rows)
    for (const verb of ['create', 'update'] as const)
      if (row.byHook(verb) && file[verb] && file[verb].hook === undefined)
        report(`${row.pointer}/${verb}`, `"${row.field}" is written by a hook on ${verb}, and ${verb} names none`)
}

/** Places where a file leaves the common road, so that a reviewer sees them together. */
function hatchesOf(name: string, { file }: Mapping): string[] {
  const text = JSON.stringify(file)
  const lists = listsOf(file)
  const hooks = [...lists, ...VERBS.map(verb => file[verb])].flatMap(one => one?.hook ?? [])
  return [
    ...hooks.map(hook => `${name}: hook ${hook}`),
    ...lists.flatMap(list =>
      Object.entries(list.filters ?? {}).flatMap(([filter, spec]) =>
        isObject(spec) && spec.post_filter ? [`${name}: filter ${filter} has a post filter`] : [],
      ),
    ),
    ...(file.update?.overwrites ? [`${name}: update fetches the record first (overwrites)`] : []),
    ...(text.includes('{current.') ? [`${name}: a request reads {current}`] : []),
    ...(file.select?.never ? [`${name}: select.never ${file.select.never.join(', ')}`] : []),
  ]
}
