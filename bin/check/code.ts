import { join } from 'node:path'
import { providersIn } from '../../src/mapping/check/folder.ts'
import { models, reserved } from '../../src/models/index.ts'
import { commonWords } from './common-words.ts'
import { importFaults, nameFaults } from './imports.ts'
import { parameterFaults } from './parameters.ts'
import { providerIdFaults } from './provider-ids.ts'
import { readSources, type Source } from './sources.ts'

/** Files that may call `fetch`: the entry points and the provider client. */
const MAY_FETCH = /^src\/(provider\/|edge\/|worker\.ts$|node\.ts$)/

/** Calls of `fetch` beside the provider client, and code that is made from text, which Workers forbid. */
const callFaults = (sources: readonly Source[]): string[] =>
  sources.flatMap(({ path, tokens }) =>
    tokens.flatMap(({ type, text, line }, i) => {
      const [before, after] = [tokens[i - 1]?.text, tokens[i + 1]?.text]
      if (type !== 'word' || after !== '(' || before === '.') return []
      // `fetch(request: Request)` declares a member of that name.
      const isDeclared = tokens[i + (tokens[i + 3]?.text === '?' ? 4 : 3)]?.text === ':'
      if (text === 'fetch' && !isDeclared && !MAY_FETCH.test(path))
        return [`${path}:${line}: only the provider client and the entry points call fetch`]
      const isMade = text === 'eval' || (text === 'Function' && before === 'new')
      return isMade ? [`${path}:${line}: code is made from text, which Workers forbid`] : []
    }),
  )

/**
 * The faults of the code's own rules below `root`: layers and circles of imports, file names, numbers of parameters,
 * providers' ids, calls of `fetch` and `eval`, names of models.
 */
export function checkCode(root: string): string[] {
  const sources = readSources(root)
  return [
    ...Object.keys(models).flatMap(name =>
      reserved.includes(name) ? [`src/models: "${name}" is a reserved name`] : [],
    ),
    ...importFaults(sources),
    ...nameFaults(sources),
    ...parameterFaults(sources),
    ...providerIdFaults(sources, providersIn(join(root, 'mappings')), commonWords),
    ...callFaults(sources),
  ]
}
