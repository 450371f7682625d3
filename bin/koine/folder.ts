import { type Catalogue, openCatalogue } from '../../src/mapping/catalogue.ts'
import { filesOf, readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder, type Folder, print } from '../../src/mapping/check/index.ts'
import { CommandFault } from './command.ts'

/** A provider's folder and the catalogue of it alone, also where `mappings/index.ts` does not name it yet. */
export function openFolder(mappings: string, provider: string): { folder: Folder; catalogue: Catalogue } {
  const { folder, faults: unread } = readFolder(mappings, provider)
  const faults =
    unread.length > 0 ? unread : checkFolder(folder).faults.filter(({ file }) => !file.includes('/fixtures/'))
  if (faults.length > 0) throw new CommandFault(faults.map(print).join('\n'))
  return { folder, catalogue: openCatalogue({ [provider]: filesOf(mappings, folder) }, Date.now) }
}
