// A provider's folder by its specification. What cannot be told is left to a person, and said.
import type { ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import { models as allModels, type Model } from '../../../src/models/index.ts'
import { foldModel } from '../../migrate/fold.ts'
import { type Collection, findCollection, openPaths } from './collection.ts'
import { findDialect } from './common-dialect.ts'
import { type Files, json, modelFiles, undecidedFiles } from './model-files.ts'
import { type ModelPart, makeModel, referencesOf } from './model-part.ts'
import { findProvider, withoutServer } from './provider-part.ts'
import { objectOf, sharedIn, sharedRequests } from './share.ts'
import type { Way } from './sign-in.ts'
import { type Specification, sourceAt } from './specification.ts'

/** What is made, and what is said of it. */
export interface Made {
  readonly files: Files
  /** What was found, a line a model. */
  readonly found: readonly string[]
  /** What is left to a person, in a short list. */
  readonly open: readonly string[]
}
export interface Wanted {
  /** The id of the provider. */
  readonly id: string
  readonly models: readonly Model[]
  readonly specs: readonly [Specification, ...Specification[]]
  readonly ways: readonly Way[] | undefined
  /** Model → the path that a person chose. */
  readonly paths: Readonly<Record<string, string>>
  /** Asks a person for one of several; undefined where nobody is there. */
  choose(question: string, options: readonly string[]): Promise<string | undefined>
}

/** The collection of a model, or what a person has to say before there is one. */
async function decide({ specs, paths, choose }: Wanted, model: Model): Promise<Collection | string> {
  const chosen = paths[model.name]
  const found = findCollection(specs, model, chosen)
  if (found.type === 'one') return found.collection
  const again = `--path ${model.name}=<path>`
  if (found.type === 'none' && chosen !== undefined)
    return `the specification has no path ${chosen}; name another, ${again}`
  if (found.type === 'none') {
    const [open] = openPaths(specs, model)
    const named = open === undefined ? again : `--path ${model.name}=${open}, with a name in place of the parameter`
    return `the specification has no path that is called so; name it, ${named}`
  }
  const says = `choose the path of ${model.name}: ${found.paths.join(' or ')}`
  const answer = await choose(says, found.paths)
  const second = answer === undefined ? undefined : findCollection(specs, model, answer)
  return second?.type === 'one' ? second.collection : `${says}, ${again}`
}

function lineOf({ model, requests, table, asking, collection }: ModelPart): string {
  const verbs = (['list', 'get', 'create', 'update', 'delete'] as const).filter(verb => requests[verb])
  const names = (all: object) => Object.keys(all).join(', ') || 'none'
  const fields = `${Object.keys(table.fields).length} of ${Object.keys(model.fields).length} fields`
  const asked = `filters: ${names(asking.filters)}; sorts: ${names(asking.sorts)}`
  return `${model.name}: ${collection.path}; ${verbs.join(', ')}; ${fields}; ${asked}`
}

/**
 * What is said once for all models, in the provider's file: the requests that they share, and how filters and sorts are
 * written; and the models' files, which only name it.
 */
function shareAll(file: ProviderFile, parts: readonly ModelPart[]): { file: ProviderFile; models: ModelFile[] } {
  const paths = parts.map(({ collection }) => collection.path)
  const objects = paths.map(path => objectOf(path, paths))
  const written = parts.map(({ requests: { list, get, create, update, delete: remove } }, i) => ({
    object: objects[i]!,
    requests: {
      ...(list && { list: list.request }),
      ...(get && { get: get.request }),
      ...(create && { create: create.request }),
      ...(update && { update: update.request }),
      ...(remove && { delete: remove.request }),
    },
  }))
  const requests = sharedRequests(written)
  const dialect = findDialect(parts)
  const whole: ProviderFile = { ...file, ...(requests && { requests }), ...(dialect && { dialect }) }
  const models = parts.map(({ model, file: own }, i): ModelFile => {
    const { $schema, model: name, ...rest } = own
    const folded = foldModel(whole, model, { $schema, model: name, object: objects[i], ...rest })
    const { object: _, ...without } = folded
    return sharedIn(folded).length > 0 ? folded : without
  })
  const named = new Set(models.flatMap(sharedIn))
  const used = Object.entries(requests ?? {}).filter(([name]) => named.has(name))
  const { auth, errors, ...head } = file
  return {
    file: {
      ...head,
      ...(used.length > 0 && { requests: Object.fromEntries(used) }),
      ...(dialect && { dialect }),
      auth,
      ...(errors && { errors }),
    },
    models,
  }
}

/** What is said of several models is said once. */
const together = (said: readonly [model: string, says: string][]): string[] =>
  [...Map.groupBy(said, ([, says]) => says)].map(([says, all]) => `${all.map(([model]) => model).join(', ')}: ${says}`)

/** Makes a provider's folder from its specifications. */
export async function fromSpecifications(wanted: Wanted): Promise<Made> {
  const { id, models, specs, ways, paths } = wanted
  const collections = Object.values(allModels).flatMap((model): [string, Collection][] => {
    const found = findCollection(specs, model, paths[model.name])
    return found.type === 'one' ? [[model.name, found.collection]] : []
  })
  const references = referencesOf(Object.fromEntries(collections))
  const parts: ModelPart[] = []
  const undecided: { readonly model: Model; readonly says: string }[] = []
  for (const model of models) {
    const decided = await decide(wanted, model)
    if (typeof decided === 'string') undecided.push({ model, says: decided })
    else parts.push(makeModel(model, decided, references))
  }
  const found = findProvider(id, specs, parts, { models, ways })
  const shared = shareAll(found.file, parts)
  const provider = { ...found, id, file: shared.file }
  const { file, isKnown } = provider
  const made = parts.map((part, i) => ({ part, ...modelFiles(part, shared.models[i]!, provider) }))
  const source = sourceAt(specs[0], 'paths')
  return {
    files: Object.assign(
      { 'provider.json': json(isKnown ? file : withoutServer(file)) },
      ...made.map(one => one.files),
      ...undecided.map(({ model, says }) => undecidedFiles(model, says, source)),
    ),
    found: parts.map(lineOf),
    open: [
      ...provider.open,
      ...together(
        made.flatMap(({ part, open }) =>
          [...part.open, ...open].map((says): [string, string] => [part.model.name, says]),
        ),
      ),
      ...undecided.map(({ model, says }) => `${model.name}: ${says}`),
    ],
  }
}
