import type { ProviderFiles } from '../../../src/mapping/catalogue.ts'
import type { Folder } from '../../../src/mapping/check/index.ts'
import { type ExpandedFile, expandFile, type ListSpec, listsOf as specsOf } from '../../../src/mapping/expand.ts'
import { isObject } from '../../../src/mapping/path.ts'
import type { Evidence, ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import { type Model, models } from '../../../src/models/index.ts'

export type Json = Record<string, unknown>
/** The files that a mistake is planted into: the model's written out, so that every place of it can hold one. */
export interface Files {
  readonly file: ExpandedFile
  readonly provider: ProviderFile
  readonly evidence: Evidence
}

/** The files of a model with nothing only named: what `provider.json` shares stands in the model's own file. */
export function writtenOut(provider: ProviderFile, model: Model, file: ModelFile, evidence: Evidence): Files {
  const { requests: _, dialect: __, select: ___, describe: ____, ...rest } = provider
  const {
    object: _____,
    queried_as: ______,
    ...expanded
  } = expandFile({
    provider,
    model,
    file,
    overrides: {},
    report: (pointer, message) => {
      throw new Error(`${pointer}: ${message}`)
    },
  })
  return { file: expanded, provider: rest, evidence }
}
/** Model → its file with all that it takes from provider.json. */
export type Expanded = Readonly<Record<string, ExpandedFile>>
/** The models of a folder, whatever is wrong with them. */
export const expandedOf = (folder: Folder): Expanded =>
  Object.fromEntries(
    Object.entries(folder.models).map(([name, file]) => [
      name,
      expandFile({
        provider: folder.provider as ProviderFile,
        model: models[name]!,
        file: file as ModelFile,
        overrides: {},
        report: () => {},
      }),
    ]),
  )

/** One mistake at one place. */
export interface Planted extends Files {
  readonly at: string
}
/** A kind of mistake, planted at every place where it can be made. */
export interface Mistake {
  readonly kind: string
  plant(good: Files): Planted[]
}

/** A provider's folder with one mistake in it. */
export interface Spoilt {
  readonly kind: string
  /** `contacts.json#/fields/title` */
  readonly at: string
  readonly folder: Folder
  /** The folder without it. */
  readonly good: Folder
  /** Set where the checks of names and settings must tell it, without a fixture. */
  readonly isStatic?: true
  /** Hooks and actions that take the place of those in the folder. */
  readonly code?: Pick<ProviderFiles, 'hooks' | 'actions'>
}

/** Changes a copy of the files at one place. */
export function change(good: Files, at: string, edit: (file: Json, provider: Json, evidence: Json) => void): Planted {
  const copy = structuredClone(good)
  edit(copy.file as unknown as Json, copy.provider as unknown as Json, copy.evidence as unknown as Json)
  return { ...copy, at }
}
export const walk = (node: unknown, visit: (holder: Json, key: string, at: string) => void, at = ''): void => {
  if (!isObject(node) && !Array.isArray(node)) return
  for (const [key, inner] of Object.entries(node)) {
    visit(node as Json, key, `${at}/${key}`)
    walk(inner, visit, `${at}/${key}`)
  }
}
/** One mistake for each place below a key of the model file that `edit` answers something else for. */
export function everywhere(
  good: Files,
  under: readonly string[],
  edit: (value: unknown, key: string, at: string) => unknown,
): Planted[] {
  const out: Planted[] = []
  for (const top of under) {
    walk((good.file as unknown as Json)[top], (holder, key, at) => {
      const other = edit(holder[key], key, at)
      if (other === undefined || other === holder[key]) return
      const keys = at.slice(1).split('/')
      out.push(
        change(good, `/${top}${at}`, file => {
          const owner = keys.slice(0, -1).reduce<unknown>((v, k) => (v as Json)[k], file[top]) as Json
          owner[key] = other
        }),
      )
    })
  }
  return out
}
/** The last name in a path with two letters swapped. */
export const typo = (path: string): string =>
  path.replace(/([A-Za-z_])([A-Za-z_])(\w*'?(?:\.\d+)*)$/, (_, a: string, b: string, c: string) =>
    a === b ? `${a}x${c}` : b + a + c,
  )
export const lists = (file: ExpandedFile): readonly ListSpec[] => specsOf(file)
export const listsOf = (file: Json): Json[] => [file.list ?? []].flat() as Json[]
