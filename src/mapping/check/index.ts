import { models } from '../../models/index.ts'
import { compileMapping, type Mapping } from '../compile.ts'
import { isObject } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import { type Fixture, fixtureFile } from '../schema/fixture.ts'
import { type ModelFile, modelFile, type ProviderFile, providerFile } from '../schema/index.ts'
import { checkFields } from './completeness.ts'
import type { FileFault } from './file-fault.ts'
import type { NamedFixture } from './fixture-rules.ts'
import { checkFixtures } from './fixture-rules.ts'
import { checkIgnored } from './leaves.ts'
import { checkShape } from './shape.ts'

export { type FileFault, print } from './file-fault.ts'
export { leavesOf, ledgerOf } from './leaves.ts'

/** The files of one provider, parsed, as they lie in its folder. */
export interface Folder {
  readonly id: string
  readonly provider: unknown
  /** File name without `.json` → content. */
  readonly models: Readonly<Record<string, unknown>>
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

/** Checks one provider's folder: shapes, names, both ledgers, fixtures. Nothing is sent anywhere. */
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
    const mapping = compileMapping({
      id: folder.id,
      provider: folder.provider as ProviderFile,
      model,
      file: file as ModelFile,
      report,
      now: () => 0,
    })
    checkFields(mapping, model, report)
    checkIgnored(mapping, report)
    checkFixtures(mapping, fixtures, report)
    checkHooks(folder, file as ModelFile, report)
    hatches.push(...hatchesOf(`${folder.id}/${name}`, file as ModelFile))
    mappings.push(mapping)
  }
  return { faults, mappings, hatches }
}

function checkHooks({ hooks }: Folder, file: ModelFile, report: Report): void {
  const used = [
    ...[file.list ?? []]
      .flat()
      .map((list, i) => ({ hook: list.hook, pointer: Array.isArray(file.list) ? `/list/${i}` : '/list' })),
    ...(['get', 'create', 'update', 'delete'] as const).map(verb => ({
      hook: file[verb]?.hook,
      pointer: `/${verb}`,
    })),
  ]
  for (const { hook, pointer } of used)
    if (hook !== undefined && !hooks.includes(hook))
      report(`${pointer}/hook`, `no hook "${hook}"; ${nearest(hook, hooks)}`)
  const byHook = Object.entries(file.fields).filter(([, row]) => JSON.stringify(row).includes('"by":"hook"'))
  for (const [field, row] of byHook)
    for (const verb of ['create', 'update'] as const) {
      const target = isObject(row)
        ? ((row as Record<string, unknown>)[verb] ?? (row as Record<string, unknown>).write)
        : undefined
      if (isObject(target) && target.by === 'hook' && file[verb] && file[verb].hook === undefined)
        report(`/fields/${field}/${verb}`, `"${field}" is written by a hook on ${verb}, and ${verb} names none`)
    }
}

/** Places where a file leaves the common road, so that a reviewer sees them together. */
function hatchesOf(file: string, model: ModelFile): string[] {
  const text = JSON.stringify(model)
  const lists = [model.list ?? []].flat()
  const actions = [
    ...lists.map(list => list.hook),
    ...(['get', 'create', 'update', 'delete'] as const).map(verb => model[verb]?.hook),
  ]
  return [
    ...actions.flatMap(action => (action === undefined ? [] : [`${file}: hook ${action}`])),
    ...lists.flatMap(list =>
      Object.entries(list.filters ?? {}).flatMap(([name, filter]) =>
        isObject(filter) && filter.post_filter ? [`${file}: filter ${name} has a post filter`] : [],
      ),
    ),
    ...(text.includes('"whole"') || text.includes('"mapped"')
      ? [`${file}: update fetches the record first (overwrites)`]
      : []),
    ...(text.includes('{current.') ? [`${file}: a request reads {current}`] : []),
    ...(model.select?.never ? [`${file}: select.never ${model.select.never.join(', ')}`] : []),
  ]
}
