import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { type Output, ROOT } from './output.ts'

/** A property of an object literal, quoted only where it must be. */
const property = (name: string): string => (/^[a-z_$][\w$]*$/i.test(name) ? name : `'${name}'`)

/** The files of a folder with that ending, without it; none where there is no such folder. */
async function filesIn(folder: URL, ending: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith(ending) && !entry.name.endsWith('.test.ts'))
    .map(entry => entry.name.slice(0, -ending.length))
    .sort()
}

/** The lines of one provider; none where the folder has no `provider.json`. */
async function linesOf(mappings: URL, id: string): Promise<string[]> {
  const folder = new URL(`${id}/`, mappings)
  const files = await filesIn(folder, '.json')
  if (!files.includes('provider')) return []
  const load = (file: string) => `() => import('./${id}/${file}.json', { with: { type: 'json' } })`
  const models = files.filter(file => file !== 'provider')
  const actions = await filesIn(new URL('actions/', folder), '.ts')
  return [
    `  ${property(id)}: {`,
    `    provider: ${load('provider')},`,
    '    models: {',
    ...models.map(model => `      ${property(model)}: ${load(model)},`),
    '    },',
    ...(actions.length > 0 ? ['    actions: {'] : []),
    ...actions.map(action => `      ${property(action)}: () => import('./${id}/actions/${action}.ts'),`),
    ...(actions.length > 0 ? ['    },'] : []),
    '  },',
  ]
}

/** The text of the index of a directory of mappings: one `import()` a file, so that none is read before it is used. */
export async function indexOf(mappings: URL): Promise<string> {
  const entries = await readdir(mappings, { withFileTypes: true })
  const ids = entries
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
  const providers = await Promise.all(ids.map(id => linesOf(mappings, id)))
  return [
    '// Emitted by `npm run emit` from the folders beside it; do not edit.',
    'export const files = {',
    ...providers.flat(),
    '}',
    '',
  ].join('\n')
}

/** `mappings/index.ts`, from the folders beside it. */
export const mappingIndex = async (): Promise<Output> => ({
  file: 'mappings/index.ts',
  content: await indexOf(new URL('mappings/', ROOT)),
})
