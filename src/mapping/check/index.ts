import { models } from '../../models/index.ts'
import { down } from '../../problem/pointer.ts'
import { compileMapping, type Mapping } from '../compile.ts'
import { type ExpandedFile, expandFile } from '../expand.ts'
import { sourcePointer } from '../named-entries.ts'
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
import { checkAnswers, checkBase } from './addresses.ts'
import { checkBatches } from './batch-rules.ts'
import { checkFields } from './completeness.ts'
import { checkEnums } from './enums.ts'
import { type FaultLog, openFaultLog } from './fault-log.ts'
import { originOf } from './fault-origin.ts'
import type { FileFault } from './file-fault.ts'
import { checkFixtures, type NamedFixture } from './fixture-rules.ts'
import { checkHooks, hatchesOf } from './hooks.ts'
import { checkIdle, checkShared, type Shaped } from './idle.ts'
import { checkIgnored } from './leaves.ts'
import { checkProjection } from './projection.ts'
import { checkLimits, checkMethods, checkRequests } from './request-shape.ts'
import { checkShape } from './shape.ts'
import { checkSignIn } from './sign-in.ts'

export { type FaultKind, type FileFault, print } from './file-fault.ts'
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
  /** Names of action functions. */
  readonly actions: readonly string[]
  /** Names of hooks. */
  readonly hooks: readonly string[]
}
/** What a check found: the faults, the mappings that can be used, and the escape hatches in use. */
export interface Checked {
  readonly faults: FileFault[]
  readonly mappings: Mapping[]
  readonly hatches: string[]
}

const PROVIDER = 'provider.json'

/**
 * Checks one provider's folder: shapes, names, settings that do nothing, completeness of both sides, and what the fixtures show. A
 * model with wrong names is left out of the mappings, and the others are checked all the same. Nothing is sent anywhere.
 * With `isBrief` a check that finds something is the last: enough to know that there is a fault.
 */
export function checkFolder(folder: Folder, { isBrief = false } = {}): Checked {
  const log = openFaultLog(folder.id)
  checkShape(folder.provider, providerFile, log.in(PROVIDER, 'names'))
  const isReadable = !log.has(PROVIDER, 'names')
  const provider = folder.provider as ProviderFile
  const fixtures = fixturesOf(folder, log)
  const shaped = shapedModels(folder, log)
  const isOver = () => isBrief && log.all().length > 0
  if (!isReadable || isOver()) return { faults: log.all(), mappings: [], hatches: [] }

  checkProvider(provider, Object.keys(folder.models), log)
  const compiled = shaped.map(one => compileModel(folder, one, log))
  if (!isOver()) {
    // Where a model is left out, what only it uses is no fault.
    if (shaped.length === Object.keys(folder.models).length) checkShared(provider, shaped, log.in(PROVIDER, 'idle'))
    for (const [i, { file }] of compiled.entries()) checkSettings(provider, shaped[i]!, file, log)
  }
  if (!isOver()) for (const mapping of compiled) checkCompleteness(folder, mapping, fixtures, log)
  const mappings = compiled.filter(
    ({ model }) => !log.has(PROVIDER, 'names') && !log.has(`${model.name}.json`, 'names'),
  )
  return {
    faults: log.all(),
    mappings,
    hatches: mappings.flatMap(mapping => hatchesOf(`${folder.id}/${mapping.model.name}`, mapping)),
  }
}

function checkProvider(provider: ProviderFile, models: readonly string[], log: FaultLog): void {
  const report = log.in(PROVIDER, 'names')
  checkBase(provider, report)
  checkLimits(provider, report)
  checkSignIn(provider, models, report)
  for (const [name, request] of Object.entries(provider.requests ?? {})) {
    const at = down('/requests', name)
    checkMethods(request, undefined, at, report)
    checkMethods(request.batch, undefined, down(at, 'batch'), report)
  }
}

/** Fixtures whose shape was found right: where one folder is checked again and again, most of it is as it was. */
const sound = new WeakSet<object>()

/** The fixtures that have the right shape. */
function fixturesOf(folder: Folder, log: FaultLog): NamedFixture[] {
  const models = Object.keys(folder.models)
  return Object.entries(folder.fixtures).flatMap(([name, content]): NamedFixture[] => {
    const file = `fixtures/${name}`
    const report = log.in(file, 'names')
    if (!isObject(content) || !sound.has(content)) checkShape(content, fixtureFile, report)
    if (log.has(file, 'names')) return []
    if (isObject(content)) sound.add(content)
    const fixture = content as Fixture
    if (!models.includes(fixture.model))
      report('/model', `no mapping "${fixture.model}"; ${nearest(fixture.model, models)}`)
    return [{ name, fixture }]
  })
}

/** The models whose files have the right shape and name. */
function shapedModels(folder: Folder, log: FaultLog): Shaped[] {
  return Object.entries(folder.models).flatMap(([name, file]): Shaped[] => {
    const report = log.in(`${name}.json`, 'names')
    checkShape(file, modelFile, report)
    const model = Object.hasOwn(models, name) ? models[name] : undefined
    if (!model) report('/model', `no model "${name}"; ${nearest(name, Object.keys(models))}`)
    else if (isObject(file) && file.model !== name)
      report('/model', `the file is ${name}.json, the model "${String(file.model)}"`)
    return model && !log.has(`${name}.json`, 'names') ? [{ model, file: file as ModelFile }] : []
  })
}

/** Compiles a model and reports its wrong names: each where it is to be mended, in its own file or in provider.json. */
function compileModel(folder: Folder, shaped: Shaped, log: FaultLog): Mapping {
  const { model, file } = shaped
  const provider = folder.provider as ProviderFile
  const name = `${model.name}.json`
  const [own, shared] = [log.in(name, 'names'), log.in(PROVIDER, 'names')]
  // What the expansion itself says is about the names in the model's file.
  const said = new Set<string>()
  expandFile({ provider, model, file, overrides: {}, report: (at, message) => said.add(`${at} ${message}`) })
  const report: Report = (pointer, message) => {
    const origin = originOf(provider, shaped, pointer)
    if (origin.isShared && !said.has(`${pointer} ${message}`)) shared(origin.pointer, message)
    else own(pointer, message)
  }
  const evidence = evidenceOf(folder, model.name, log)
  const mapping = compileMapping({ evidence, id: folder.id, provider, model, file, report, now: () => 0 })
  const placed: Report = (pointer, message) => report(sourcePointer(file, pointer), message)
  checkRequests(provider, shaped, mapping, placed)
  checkBatches(provider, mapping, placed)
  checkEnums(mapping.file, model, placed)
  checkProjection(mapping, placed)
  checkAnswers(file, provider, own)
  checkHooks(folder, mapping, own)
  return mapping
}

function checkSettings(provider: ProviderFile, shaped: Shaped, expanded: ExpandedFile, log: FaultLog): void {
  const tell = log.in(`${shaped.model.name}.json`, 'idle')
  checkIdle(provider, shaped, expanded, (pointer, message) => tell(sourcePointer(shaped.file, pointer), message))
}

function checkCompleteness(folder: Folder, mapping: Mapping, fixtures: readonly NamedFixture[], log: FaultLog): void {
  const { name } = mapping.model
  const tell = log.in(`${name}.json`, 'completeness')
  const file = folder.models[name] as ModelFile
  checkFields(mapping, mapping.model, tell)
  checkIgnored(mapping, log.in(evidenceName(name), 'completeness'))
  const hasWrongNames = log.has(PROVIDER, 'names') || log.has(`${name}.json`, 'names')
  checkFixtures(mapping, fixtures, hasWrongNames, (pointer, message) => tell(sourcePointer(file, pointer), message))
}

const evidenceName = (model: string): string => `${model}.evidence.json`

/** What a model's evidence file holds; a faulty one is as good as none. */
function evidenceOf(folder: Folder, model: string, log: FaultLog): Evidence {
  const given = folder.evidence[model]
  const report = log.in(evidenceName(model), 'names')
  if (given === undefined) {
    log.in(evidenceName(model), 'completeness')('', `is missing: write what ${model}.json was written from`)
    return {}
  }
  checkShape(given, evidenceFile, report)
  return log.has(evidenceName(model), 'names') ? {} : (given as Evidence)
}
