// What `new provider` is asked for: flags, questions on a terminal, defaults elsewhere.
import { createInterface } from 'node:readline/promises'
import { nearest } from '../../../src/mapping/report.ts'
import { type Model, models } from '../../../src/models/index.ts'
import { CommandFault } from '../command.ts'
import { WAYS, type Way } from './sign-in.ts'

/** The flags, as they were given. */
export interface Flags {
  readonly models?: string | undefined
  readonly auth?: string | undefined
  readonly spec?: readonly string[] | undefined
  readonly path?: readonly string[] | undefined
}
export interface Options {
  readonly models: readonly [Model, ...Model[]]
  /** Undefined: as the specification says, or a key. */
  readonly ways: readonly Way[] | undefined
  readonly specs: readonly string[]
  /** Model → the path that was chosen. */
  readonly paths: Readonly<Record<string, string>>
}
/** A person at a terminal, or nobody. */
export interface Person {
  ask(question: string): Promise<string>
  say(line: string): void
  close(): void
}

const names = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)

/** The models of a list; a name that there is not ends with the nearest. */
export function readModels(text: string): Options['models'] {
  const [first, ...others] = names(text).map(name => {
    const model = Object.hasOwn(models, name) ? models[name] : undefined
    if (!model) throw new CommandFault(`There is no model "${name}"; ${nearest(name, Object.keys(models))}`, true)
    return model
  })
  if (!first) throw new CommandFault(`Name a model; there is ${Object.keys(models).join(', ')}`, true)
  return [first, ...others.filter((one, i) => one !== first && others.indexOf(one) === i)]
}

/** The ways to sign in of a list; none for an empty one. */
export function readWays(text: string): readonly Way[] | undefined {
  const ways = names(text).map(name => {
    const way = WAYS.find(one => one === name)
    if (!way) throw new CommandFault(`There is no way to sign in "${name}"; ${nearest(name, WAYS)}`, true)
    return way
  })
  return ways.length > 0 ? [...new Set(ways)] : undefined
}

/** `contacts=/people`: the path of a model, where a specification has several. */
function readPaths(all: readonly string[], asked: Options['models']): Record<string, string> {
  return Object.fromEntries(
    all.map(text => {
      const [, name = '', path] = /^([^=]*)=(\/.*)$/.exec(text) ?? []
      if (path === undefined) throw new CommandFault(`"${text}" is no path of a model: contacts=/people`, true)
      const known = asked.map(model => model.name)
      if (!known.includes(name)) throw new CommandFault(`There is no model "${name}"; ${nearest(name, known)}`, true)
      return [name, path]
    }),
  )
}

/** A person at this terminal; nobody where input or output is none. */
export function personHere(): Person | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  // Who ends the input instead of answering wants nothing made.
  const ask = (question: string): Promise<string> =>
    lines.question(question).catch(() => {
      throw new CommandFault('Nothing was made.')
    })
  return { ask, say: line => console.log(line), close: () => lines.close() }
}

/** Asks until the answer can be read. */
async function until<T>({ ask, say }: Person, question: string, read: (text: string) => T): Promise<T> {
  for (;;) {
    const answer = await ask(question)
    try {
      return read(answer.trim())
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error
      say(error.message)
    }
  }
}

/** The options of a new provider: flags first; what is missing a person is asked for, or has a default that is said. */
export async function readOptions(
  flags: Flags,
  person: Person | undefined,
  say: (line: string) => void,
): Promise<Options> {
  const given = async <T>(flag: string | undefined, question: string, fallback: string, read: (text: string) => T) => {
    if (flag !== undefined) return read(flag)
    if (person) return until(person, question, text => read(text || fallback))
    return read(fallback)
  }
  const all = Object.keys(models).join(', ')
  const asked = await given(flags.models, `Which models (${all})? [contacts] `, 'contacts', readModels)
  if (flags.models === undefined && !person) say('--models is not given: contacts')
  const specs = flags.spec ?? (await given(undefined, 'Their OpenAPI document, if there is one? [none] ', '', names))
  const hasSpec = specs.length > 0
  const fallback = hasSpec ? '' : 'api_key'
  const offered = hasSpec ? 'as the document says' : fallback
  const ways = await given(flags.auth, `How to sign in (${WAYS.join(', ')})? [${offered}] `, fallback, readWays)
  if (flags.auth === undefined && !person) say(`--auth is not given: ${offered}`)
  if (!hasSpec && flags.path !== undefined) throw new CommandFault('--path names a path of a --spec: give one.', true)
  return { models: asked, ways, specs, paths: readPaths(flags.path ?? [], asked) }
}
