import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { nearest } from '../../src/mapping/report.ts'
import { type Command, CommandFault, MAPPINGS } from './command.ts'
import { fromSpecifications } from './scaffold/from-specification.ts'
import type { Files } from './scaffold/model-files.ts'
import { type Flags, type Person, personHere, readOptions } from './scaffold/options.ts'
import { smallProvider } from './scaffold/small-provider.ts'
import { readSpecification } from './scaffold/specification.ts'
import { actionFile, hookFile, hookLine, VERBS } from './templates.ts'

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

/** The name of a provider that is there. */
function known(mappings: string, name: string | undefined): string {
  const provider = named('provider', name)
  if (existsSync(join(mappings, provider, 'provider.json'))) return provider
  throw new CommandFault(`There is no provider "${provider}"; make it first: new provider ${provider}`)
}

/** Asks a person for one of several, by its number. */
async function chooseOf(person: Person, question: string, options: readonly string[]): Promise<string | undefined> {
  const listed = options.map((one, i) => `  ${i + 1}  ${one}`).join('\n')
  const answer = await person.ask(`${question}\n${listed}\nNumber, or nothing to leave it open: `)
  return options[Number(answer.trim()) - 1]
}

async function newProvider(mappings: string, id: string, flags: Flags): Promise<void> {
  if (existsSync(join(mappings, id, 'provider.json')))
    throw new CommandFault(`There is a provider "${id}" already; nothing is overwritten.`)
  const say = (line: string): void => console.log(line)
  const person = personHere()
  try {
    const { models, ways, specs, paths } = await readOptions(flags, person, say)
    const [first, ...others] = await Promise.all(specs.map(readSpecification))
    if (!first) {
      write(join(mappings, id), smallProvider(id, models, ways ?? ['api_key']))
      say('\nAddresses, paths and names are made up: replace them, as docs/mapping.md says.')
    } else {
      const choose = async (question: string, options: readonly string[]) =>
        person && chooseOf(person, question, options)
      const made = await fromSpecifications({ id, models, specs: [first, ...others], ways, paths, choose })
      write(join(mappings, id), made.files)
      say(['', ...made.found].join('\n'))
      if (made.open.length > 0) say(['', 'To be chosen or checked:', ...made.open.map(one => `- ${one}`)].join('\n'))
      say('\nThen write the values that the fixtures have as TODO, by hand, from the provider’s documentation.')
    }
    say(`Run \`npm run check ${id}\` until it has nothing to say, then \`npm run generate\`.`)
  } finally {
    person?.close()
  }
}

function newHook(mappings: string, [given, named_]: readonly string[], verb: string | undefined): void {
  const [provider, name] = [known(mappings, given), named('hook', named_)]
  const found = VERBS.find(one => one === verb)
  if (verb === undefined) throw new CommandFault(`Name the verb that it serves, --verb ${VERBS.join('|')}.`, true)
  if (!found) throw new CommandFault(`There is no verb "${verb}"; ${nearest(verb, VERBS)}`, true)
  write(join(mappings, provider), { [`hooks/${name}.ts`]: hookFile(provider, name, found) })
  console.log(`Add to the model’s file:  ${hookLine(name, found)}`)
  console.log('Fill it in as docs/mapping.md says under Hooks, then run `npm run generate` and `npm run check`.')
}

function newAction(mappings: string, [given, name]: readonly string[]): void {
  const [provider, action] = [known(mappings, given), named('action', name)]
  write(join(mappings, provider), { [`actions/${action}.ts`]: actionFile(provider, action) })
  console.log('Fill it in as docs/actions.md says, then run `npm run generate`.')
}

const KINDS = ['provider', 'hook', 'action']

/** Makes the files of a new provider, hook or action. */
export const scaffold: Command = {
  usage: 'new provider <name> | new hook <provider> <name> --verb <verb> | new action <provider> <name>',
  about: 'Makes the files of a new provider, hook or action function; nothing is overwritten.',
  more: [
    '',
    '  --models   of a provider: contacts,companies,…; contacts unless given',
    '  --auth     of a provider: api_key, basic, oauth2, with commas between them',
    '  --spec     of a provider: its OpenAPI document, JSON or YAML; may be given several times',
    '  --path     of a model in it, where that cannot be told: contacts=/people',
    '  --verb     of a hook: list, get, create, update or delete',
    '',
    'With --spec, requests, fields, filters, sorts, the evidence and fixtures are filled in from the specification.',
    'What it does not say is left as TODO, which npm run check reports. On a terminal, what is not given is asked.',
  ],
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        mappings: { type: 'string', default: MAPPINGS },
        models: { type: 'string' },
        auth: { type: 'string' },
        spec: { type: 'string', multiple: true },
        path: { type: 'string', multiple: true },
        verb: { type: 'string' },
      },
    })
    const [what = '', ...names] = positionals
    const { mappings: folder, verb, ...flags } = values
    const mappings = resolve(folder)
    const isOther = what !== 'provider' && Object.values(flags).some(flag => flag !== undefined)
    if (isOther) throw new CommandFault('--models, --auth, --spec and --path are of a provider.', true)
    if (what !== 'hook' && verb !== undefined) throw new CommandFault('--verb is of a hook.', true)
    if (what === 'provider' && names.length <= 1) await newProvider(mappings, named('provider', names[0]), flags)
    else if (what === 'hook' && names.length <= 2) newHook(mappings, names, verb)
    else if (what === 'action' && names.length <= 2) newAction(mappings, names)
    else if (KINDS.includes(what)) throw new CommandFault(`Too many names for a new ${what}.`, true)
    else
      throw new CommandFault(
        `Say what is new: ${what ? nearest(what, KINDS) : 'a provider, a hook or an action'}`,
        true,
      )
    return 0
  },
}
