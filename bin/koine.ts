// `npm run koine -- <command>`: the command line. Each command is a file of its own under bin/koine/.
import { nearest } from '../src/mapping/report.ts'
import { actions } from './koine/actions.ts'
import { check } from './koine/check.ts'
import { type Command, CommandFault } from './koine/command.ts'
import { connect } from './koine/connect.ts'
import { deploy } from './koine/deploy.ts'
import { dryrun } from './koine/dryrun.ts'
import { explainFixture } from './koine/explain.ts'
import { scaffold } from './koine/new.ts'
import { reseal } from './koine/reseal.ts'

const commands: Readonly<Record<string, Command>> = {
  actions,
  connect,
  check,
  explain: explainFixture,
  dryrun,
  new: scaffold,
  deploy,
  reseal,
}
const width = Math.max(...Object.values(commands).map(({ usage }) => usage.split('\n')[0]!.length))
const help = [
  'Usage: npm run koine -- <command>',
  '',
  ...Object.values(commands).map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`),
  '',
  'npm run koine -- <command> --help says more.',
].join('\n')

/** Runs a command; answers the exit code: 0 done, 1 failed, 2 not understood. */
export async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(help)
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    console.error(`There is no command "${name}"; ${nearest(name, Object.keys(commands))}`)
    return 2
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log([`Usage: npm run koine -- ${command.usage}`, '', command.about, ...(command.more ?? [])].join('\n'))
    return 0
  }
  try {
    return await command.run(args)
  } catch (error) {
    const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
    if (!(error instanceof CommandFault) && !isUsage) throw error
    console.error((error as Error).message)
    if (isUsage || (error as CommandFault).isUsage) console.error(`Usage: npm run koine -- ${command.usage}`)
    return isUsage || (error as CommandFault).isUsage ? 2 : 1
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
