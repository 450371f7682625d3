// Checks what the TypeScript files of a provider's folder export.
import type { ProviderFiles } from '../catalogue.ts'
import type { Mapping } from '../compile.ts'
import { listsOf } from '../expand.ts'
import { entry, isObject } from '../path.ts'
import { recordVerbs } from '../verb.ts'
import type { FileFault } from './file-fault.ts'

/** Verb → the type of hook that it needs. */
const TYPE_OF = { list: 'list', get: 'get', create: 'write', update: 'write', delete: 'delete' } as const
type HookVerb = keyof typeof TYPE_OF
/** Type of a hook → what makes it. */
const MAKERS: Readonly<Record<string, string>> = {
  list: 'defineListHook',
  get: 'defineGetHook',
  write: 'defineWriteHook',
  delete: 'defineDeleteHook',
}

/** Name of a hook → the verbs that name it. */
function usesOf(mappings: readonly Mapping[]): Map<string, Set<HookVerb>> {
  const uses = new Map<string, Set<HookVerb>>()
  const add = (name: string | undefined, verb: HookVerb) => {
    if (name !== undefined) uses.set(name, (uses.get(name) ?? new Set()).add(verb))
  }
  for (const { file } of mappings) {
    for (const list of listsOf(file)) add(list.hook, 'list')
    for (const verb of recordVerbs) add(file[verb]?.hook, verb)
  }
  return uses
}

/** What is wrong with what a hook's file exports; undefined where it is what the verbs need. */
function hookFault(exported: unknown, verbs: ReadonlySet<HookVerb>): string | undefined {
  const type = isObject(exported) && typeof exported.run === 'function' ? String(exported.type) : ''
  const made = entry(MAKERS, type)
  if (made === undefined) {
    const due = [...new Set([...verbs].map(verb => MAKERS[TYPE_OF[verb]]))]
    return `exports no hook by default: it needs ${due.join(' or ') || 'one of koine/hooks'}`
  }
  const wrong = [...verbs].find(verb => TYPE_OF[verb] !== type)
  return wrong && `exports a ${made}, and ${wrong} needs a ${MAKERS[TYPE_OF[wrong]]}`
}

const isAction = (exported: unknown): boolean =>
  isObject(exported) && exported.type === 'action' && typeof exported.exec === 'function'

/** The first line of what a file failed with, without the machine's own paths. */
const reasonOf = (error: unknown): string =>
  String((error as Error)?.message ?? error)
    .split('\n')[0]!
    .replace(/(file:\/\/)?\/\S*?\/mappings\//g, 'mappings/')

/**
 * Loads each hook and action of a provider and reports those that cannot be loaded, that export something else than is
 * due, and hooks that no verb names. `mappings` are those of the provider's models that compiled; where not all did,
 * `isWhole` is false and hooks that nothing names are left alone.
 */
export async function checkCodeFiles(
  id: string,
  files: Pick<ProviderFiles, 'hooks' | 'actions'>,
  { mappings, isWhole }: { mappings: readonly Mapping[]; isWhole: boolean },
): Promise<FileFault[]> {
  const uses = usesOf(mappings)
  const faults: FileFault[] = []
  for (const kind of ['hooks', 'actions'] as const)
    for (const [name, load] of Object.entries(files[kind] ?? {})) {
      const report = (message: string, of: FileFault['kind'] = 'names') =>
        faults.push({ file: `${id}/${kind}/${name}.ts`, pointer: '', message, kind: of })
      const loaded = await load().then(
        module => ({ exported: module.default }),
        error => ({ reason: reasonOf(error) }),
      )
      if ('reason' in loaded) report(`cannot be loaded: ${loaded.reason}`)
      else if (kind === 'actions') {
        if (!isAction(loaded.exported)) report('exports no createAction(…) by default')
      } else {
        const verbs = uses.get(name) ?? new Set()
        const fault = hookFault(loaded.exported, verbs)
        if (fault) report(fault)
        else if (isWhole && verbs.size === 0) report('does nothing: no verb names this hook', 'idle')
      }
    }
  return faults
}
