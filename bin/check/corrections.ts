import { type Checked, checkFolder, type FileFault, type Folder } from '../../src/mapping/check/index.ts'

type Json = Record<string, unknown>

/** The folder with a misspelt key of a row put right. */
function corrected(folder: Folder, { file, pointer, correction }: FileFault): Folder {
  const model = file.slice(folder.id.length + 1, -'.json'.length)
  const field = pointer.slice('/fields/'.length).replaceAll('~1', '/').replaceAll('~0', '~')
  const { from, to } = correction!
  const content = structuredClone(folder.models[model]) as Json
  const fields = content.fields as Json
  const key = new RegExp(`(?<![\\w$@-])${from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$@-])`, 'g')
  fields[field] = JSON.parse(JSON.stringify(fields[field]).replace(key, () => to))
  return { ...folder, models: { ...folder.models, [model]: content } }
}

/** More rounds than this do not come: each puts right all that can be. */
const ROUNDS = 3

/**
 * Checks a folder so that each cause is told once: where a key of a row is plainly misspelt, the check goes on with the
 * right one, and what followed from the wrong one is not told beside it.
 */
export function checkByCause(folder: Folder): Checked & { readonly folder: Folder } {
  const told: FileFault[] = []
  let here = folder
  let checked = checkFolder(here)
  for (let round = 0; round < ROUNDS; round++) {
    const found = checked.faults.filter(({ correction }) => correction !== undefined)
    if (found.length === 0) break
    told.push(...found)
    here = found.reduce(corrected, here)
    checked = checkFolder(here)
  }
  return { ...checked, faults: [...told, ...checked.faults], folder: here }
}
