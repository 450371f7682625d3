import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from './command.ts'
import { runProgram } from './process.ts'

/** `npm run check`, from here. */
export const check: Command = {
  usage: 'check [directory]',
  about: 'Checks every mapping file, replays every fixture, and holds the code to its rules.',
  more: ['A directory other than mappings/ may be named.'],
  run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
    return runProgram(
      'bin/check.ts',
      positionals.slice(0, 1).map(path => resolve(path)),
    )
  },
}
