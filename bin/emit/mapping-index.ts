import { readdir } from 'node:fs/promises'
import { type Output, ROOT } from './output.ts'

const MAPPINGS = new URL('mappings/', ROOT)

/** A property of an object literal, quoted only where it must be. */
const property = (name: string): string => (/^[a-z_$][\w$]*$/i.test(name) ? name : `'${name}'`)

const filesIn = async (folder: URL, ending: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith(ending) && !entry.name.endsWith('.test.ts'))
    .map(entry => entry.name.slice(0, -ending.length))
    .sort()
}

/** The lines of one provider; none where the folder has no `provider.json`. */
async function linesOf(id: string): Promise<string[]> {
  const folder = new URL(`${id}/`, MAPPINGS)
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

/** `mappings/index.ts`, from the folders beside it: one `import()` a file, so that none is read before it is used. */
export async function mappingIndex(): Promise<Output> {
  const entries = await readdir(MAPPINGS, { withFileTypes: true })
  const ids = entries
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
  const providers = await Promise.all(ids.map(linesOf))
  return {
    file: 'mappings/index.ts',
    content: [
      '// Emitted by `npm run emit` from the folders beside it; do not edit.',
      'export const files = {',
      ...providers.flat(),
      '}',
      '',
    ].join('\n'),
  }
}
