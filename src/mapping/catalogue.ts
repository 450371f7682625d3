import { models } from '../models/index.ts'
import { baseFor } from './base-address.ts'
import { compileMapping, type Mapping } from './compile.ts'
import { type ClassifyError, compileErrors } from './errors.ts'
import type { Report } from './report.ts'
import { splitBase } from './request.ts'
import type { Evidence, ModelFile, ProviderFile } from './schema/index.ts'
import type { FieldOverrides } from './table.ts'

/** How a customer may have signed in. */
export type AuthType = 'OAUTH2' | 'OAUTH2_CC' | 'API_KEY' | 'BASIC' | 'TWO_STEP' | 'JWT' | 'APP' | 'CUSTOM'

/** What a provider asks when a connection is made; `{connection.<name>}` in its files stands for the answer. */
export interface Question {
  readonly label: string
  readonly type: 'host-part' | 'word' | 'segment' | 'origin' | { readonly one_of: readonly string[] }
  /** Whether the answer only builds a host, so that `base_url` makes it needless. */
  readonly host: boolean
  /** The ways to sign in for which it is asked; all when missing. */
  readonly for?: readonly AuthType[] | undefined
}

/** What the management routes need to know of a provider. */
export interface ProviderSummary {
  readonly id: string
  readonly name: string
  readonly auth: readonly AuthType[]
  /** The provider's own hosts; a wildcard is the leftmost label. */
  readonly hosts: readonly string[]
  readonly questions: Readonly<Record<string, Question>>
}

type Load<T> = () => Promise<{ default: T }>
/** The files of one provider, each loaded when it is first used. */
export interface ProviderFiles {
  readonly provider: Load<unknown>
  readonly models: Readonly<Record<string, Load<unknown>>>
  /** Of each model, what its evidence shows. */
  readonly evidence?: Readonly<Record<string, Evidence>>
  readonly actions?: Readonly<Record<string, Load<unknown>>>
  readonly hooks?: Readonly<Record<string, Load<unknown>>>
}
export type Files = Readonly<Record<string, ProviderFiles>>

export interface Catalogue {
  /** Ids of all providers. */
  readonly providers: readonly string[]
  /** Names of the models that a provider has. */
  models(provider: string): readonly string[]
  /** A provider by its id, or undefined; its files are loaded on first use. */
  summary(provider: string): Promise<ProviderSummary | undefined>
  /** The provider's own file, once it is loaded at once, else as a promise. */
  provider(id: string): ProviderFile | Promise<ProviderFile>
  /** A model of a provider, compiled on first use; undefined where the provider has no such model. */
  mapping(provider: string, model: string): Mapping | undefined | Promise<Mapping | undefined>
  /** The same with a connection's own rows laid over it; not remembered here. */
  overridden(provider: string, model: string, overrides: FieldOverrides, report?: Report): Promise<Mapping | undefined>
  /** Names of a provider's action functions. */
  actions(provider: string): readonly string[]
  /** How a loaded provider says no; undefined before it is loaded. */
  classifyError(provider: string): ClassifyError | undefined
  /** What the file of an action function exports, or undefined. */
  action(provider: string, name: string): Promise<unknown>
  /** What the file of a hook exports, or undefined. */
  hook(provider: string, name: string): Promise<unknown>
}

/** The ways to sign in that a provider's file declares, in the order in which people are offered them. */
export function authTypesOf({ auth }: Pick<ProviderFile, 'auth'>): AuthType[] {
  const types: AuthType[] = []
  if (auth.oauth2) types.push('OAUTH2')
  if (auth.app) types.push('APP')
  if (auth.oauth2 && auth.app) types.push('CUSTOM')
  if (auth.client_credentials) types.push('OAUTH2_CC')
  if (auth.api_key) types.push('API_KEY')
  if (auth.basic) types.push('BASIC')
  if (auth.two_step) types.push('TWO_STEP')
  if (auth.jwt) types.push('JWT')
  return types
}

function summarize(id: string, file: ProviderFile): ProviderSummary {
  const bases = [file.base, baseFor(file, 'BASIC')].map(splitBase)
  const origins = bases.map(({ origin }) => origin).join(' ')
  // Sign-in has addresses of its own (`authorize_url`, `token_url`), so what it asks for does not count; nor does the
  // call by which credentials are tried, which goes to `base_url`, too.
  const { auth: _, verify: __, ...rest } = file
  const beyondHost = JSON.stringify({ ...rest, base: bases.map(({ path }) => path) })
  const onlyHost = (name: string) =>
    origins.includes(`{connection.${name}}`) && !beyondHost.includes(`{connection.${name}}`)
  const questions = Object.entries(file.connection_config ?? {}).map(
    ([name, { label, type, one_of, for: ways }]): [string, Question] => [
      name,
      {
        label,
        type: one_of ? { one_of } : (type ?? 'word'),
        host: onlyHost(name),
        ...(ways && { for: ways }),
      },
    ],
  )
  return { id, name: file.name, auth: authTypesOf(file), hosts: file.hosts, questions: Object.fromEntries(questions) }
}

/** What a file exports by default; undefined where there is none of that name. */
const exported = async (loads: Readonly<Record<string, Load<unknown>>> = {}, name: string): Promise<unknown> =>
  Object.hasOwn(loads, name) ? (await loads[name]!()).default : undefined

/** Opens a catalogue over the generated index of mapping files. Nothing is read before it is used. */
export function openCatalogue(files: Files, now: () => number): Catalogue {
  const providers = new Map<string, ProviderFile>()
  const mappings = new Map<string, Mapping | undefined>()

  const provider = (id: string): ProviderFile | Promise<ProviderFile> => {
    const known = providers.get(id)
    if (known) return known
    return files[id]!.provider().then(loaded => {
      providers.set(id, loaded.default as ProviderFile)
      return loaded.default as ProviderFile
    })
  }
  const compile = async (
    id: string,
    name: string,
    overrides: FieldOverrides,
    report?: Report,
  ): Promise<Mapping | undefined> => {
    const model = models[name]
    const load = files[id]?.models[name]
    if (!model || !load) return undefined
    const [file, own] = await Promise.all([load(), provider(id)])
    return compileMapping({
      id,
      provider: own,
      model,
      file: file.default as ModelFile,
      evidence: files[id]?.evidence?.[name],
      overrides,
      now,
      // The build refuses faulty files, so a fault here is a bug of ours.
      report:
        report ??
        ((pointer, message) => {
          throw new Error(`${id}/${name}.json#${pointer}: ${message}`)
        }),
    })
  }
  return {
    providers: Object.keys(files),
    models: id => Object.keys(files[id]?.models ?? {}),
    summary: async id => (Object.hasOwn(files, id) ? summarize(id, await provider(id)) : undefined),
    provider,
    mapping(id, name) {
      const key = `${id}/${name}`
      if (mappings.has(key)) return mappings.get(key)
      return compile(id, name, {}).then(made => {
        mappings.set(key, made)
        return made
      })
    },
    actions: id => Object.keys(files[id]?.actions ?? {}),
    classifyError: id => {
      const file = providers.get(id)
      return file && compileErrors(id, file, now)
    },
    action: (id, name) => exported(files[id]?.actions, name),
    hook: (id, name) => exported(files[id]?.hooks, name),
    overridden: compile,
  }
}
