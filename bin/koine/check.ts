import { resolve } from 'node:path'
import type { Command } from './command.ts'
import { runProgram } from './process.ts'

/** `npm run check`, from here. */
export const check: Command = {
  usage: 'check [provider] [directory] [--fix]',
  about: 'Checks every mapping file, replays every fixture, and holds the code to its rules.',
  more: [
    'A provider that is named is checked alone, with laws and planted mistakes.',
    'A directory other than mappings/ may be named: ./elsewhere.',
  ],
  run: args =>
    runProgram(
      'bin/check.ts',
      args.map(one => (one.includes('/') ? resolve(one) : one)),
    ),
}
