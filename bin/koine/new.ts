import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Command, CommandFault, MAPPINGS } from './command.ts'
import { actionFile, type Files, providerFiles } from './templates.ts'

/** Writes files below a directory, all or none: nothing that is there is overwritten. */
function write(directory: string, files: Files): void {
  const there = Object.keys(files).filter(name => existsSync(join(directory, name)))
  if (there.length > 0)
    throw new CommandFault(
      `Nothing is overwritten, and there is: ${there.map(name => join(directory, name)).join(', ')}`,
    )
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content, { flag: 'wx' })
    console.log(relative(process.cwd(), path))
  }
}

function named(what: string, name: string | undefined): string {
  if (name === undefined) throw new CommandFault(`Name the ${what}.`, true)
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 60) return name
  throw new CommandFault(`"${name}" is no name of a ${what}: small letters, digits and single hyphens.`, true)
}

/** Makes the files of a new provider or action. */
export const scaffold: Command = {
  usage: 'new provider <name> | new action <provider> <name>',
  about: 'Makes the files of a new provider, or of a new action function; nothing is overwritten.',
  more: ['Then: fill them in (docs/mapping.md, docs/actions.md), npm run generate, npm run check.'],
  run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { mappings: { type: 'string', default: MAPPINGS } },
    })
    const [what, ...names] = positionals
    const mappings = resolve(values.mappings)
    if (what === 'provider' && names.length <= 1) {
      const name = named('provider', names[0])
      if (existsSync(join(mappings, name, 'provider.json')))
        throw new CommandFault(`There is a provider "${name}" already; nothing is overwritten.`)
      write(join(mappings, name), providerFiles(name))
      console.log('Fill them in as docs/mapping.md says, then run `npm run generate` and `npm run check`.')
      return 0
    }
    if (what === 'action' && names.length <= 2) {
      const [provider, action] = [named('provider', names[0]), named('action', names[1])]
      if (!existsSync(join(mappings, provider, 'provider.json')))
        throw new CommandFault(`There is no provider "${provider}"; make it first: new provider ${provider}`)
      write(join(mappings, provider), { [`actions/${action}.ts`]: actionFile(provider, action) })
      console.log('Fill it in as docs/actions.md says, then run `npm run generate`.')
      return 0
    }
    throw new CommandFault('Say what is new: a provider, or an action of a provider.', true)
  },
}
