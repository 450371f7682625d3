import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { providersIn, readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder, print } from '../../src/mapping/check/index.ts'
import { type Command, MAPPINGS } from './command.ts'
import { runProgram } from './process.ts'
import { unwrittenIn } from './scaffold/unwritten.ts'

/** What is still to be written in the folders below a directory, with every other fault of those folders. */
function unwrittenBelow(mappings: string): string[] {
  return providersIn(mappings).flatMap(id => {
    const { folder } = readFolder(mappings, id)
    const unwritten = unwrittenIn(folder)
    if (unwritten.length === 0) return []
    const said = unwritten.map(({ file, pointer, message }) => `${file}#${pointer}: ${message}`)
    return [...checkFolder(folder).faults.map(print), ...said]
  })
}

/** `npm run check`, from here. */
export const check: Command = {
  usage: 'check [directory]',
  about: 'Checks every mapping file, replays every fixture, and holds the code to its rules.',
  more: [
    'A directory other than mappings/ may be named.',
    'Where `new provider` left TODO, it says where, and replays nothing: what is written by hand is not what was found.',
  ],
  run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
    const directories = positionals.slice(0, 1).map(path => resolve(path))
    const unwritten = unwrittenBelow(directories[0] ?? MAPPINGS)
    if (unwritten.length === 0) return runProgram('bin/check.ts', directories)
    for (const fault of unwritten) console.error(fault)
    console.log(`${unwritten.length} faults; fixtures are replayed when all of it is written`)
    return 1
  },
}
