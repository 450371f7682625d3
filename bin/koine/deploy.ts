import { parseArgs } from 'node:util'
import { type Command, CommandFault } from './command.ts'
import { runProgram } from './process.ts'

/** `npm run deploy`, from here. */
export const deploy: Command = {
  usage: 'deploy [env] [--dry-run]',
  about: 'Checks, migrates the database in the cloud, and deploys everything; --dry-run changes nothing.',
  more: ['`env` is an environment of wrangler.toml. Actions deploy together: they are part of one Worker.'],
  run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        action: { type: 'string' },
        integration: { type: 'string' },
      },
    })
    const single = values.action ?? values.integration
    if (single !== undefined)
      throw new CommandFault(
        `Actions deploy together, as one Worker: "${single}" cannot be deployed alone. Nothing was deployed.`,
      )
    if (positionals.length > 1) throw new CommandFault('Name one environment.', true)
    const [env] = positionals
    return runProgram('bin/deploy.ts', [
      ...(values['dry-run'] ? ['--dry-run'] : []),
      ...(env === undefined ? [] : ['--env', env]),
    ])
  },
}
