// `node bin/migrate.ts <provider> …`: brings folders of the first edition of the format to the second: its names, the
// evidence in files of its own, and, where provider.json says how requests, filters and sorts are written, names in the
// place of what is the same to the letter. What a dialect is, no program can tell: write it into provider.json, and run
// this once more.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelFile, ProviderFile } from '../src/mapping/schema/index.ts'
import { models } from '../src/models/index.ts'
import { formatJson } from './check/format.ts'
import { foldModel } from './migrate/fold.ts'
import * as names from './migrate/names.ts'

const MAPPINGS = fileURLToPath(new URL('../mappings/', import.meta.url))
/** The order of a model file's keys: what it is, what is asked, what it says. */
const ORDER = [
  '$schema',
  'model',
  'object',
  'exclude',
  'select',
  'queried_as',
  'list',
  'get',
  'create',
  'update',
  'delete',
  'describe',
  'backend_actions',
  'required',
  'fields',
  'absent',
  'notes',
]
const EVIDENCE = ['source', 'recorded', 'ignored']

type Json = Record<string, unknown>
const read = (path: string): Json => JSON.parse(readFileSync(path, 'utf8'))
const write = (path: string, content: unknown): void => writeFileSync(path, formatJson(JSON.stringify(content)))
const rank = (key: string): number => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length)
const ordered = (file: Json): Json => Object.fromEntries(Object.entries(file).sort(([a], [b]) => rank(a) - rank(b)))

/** Moves the files of hooks out of the folder of action functions: those that no caller can trigger. */
function moveHooks(folder: string, used: ReadonlySet<string>): void {
  for (const name of used) {
    const from = join(folder, 'actions', `${name}.ts`)
    if (!existsSync(from)) continue
    mkdirSync(join(folder, 'hooks'), { recursive: true })
    renameSync(from, join(folder, 'hooks', `${name}.ts`))
    console.log(`hooks/${name}.ts: let it import koine/hooks, and export defineListHook or defineWriteHook of it`)
  }
}

function migrate(folder: string): void {
  const provider = names.providerFile(read(join(folder, 'provider.json'))) as ProviderFile
  write(join(folder, 'provider.json'), provider)
  const hooks = new Set<string>()
  for (const file of readdirSync(folder).filter(name => name.endsWith('.json'))) {
    if (file === 'provider.json' || file.endsWith('.evidence.json')) continue
    const place = join(folder, file)
    const all = names.modelFile(read(place)) as Json
    const proof = Object.fromEntries(EVIDENCE.flatMap(key => (all[key] === undefined ? [] : [[key, all[key]]])))
    for (const key of EVIDENCE) delete all[key]
    if (Object.keys(proof).length > 0)
      write(place.replace(/\.json$/, '.evidence.json'), { $schema: '../evidence.schema.json', ...proof })
    for (const [, name] of JSON.stringify(all).matchAll(/"hook":"([^"]+)"/g)) hooks.add(name!)
    const model = models[String(all.model)]
    write(place, ordered((model ? foldModel(provider, model, all as ModelFile) : all) as Json))
    console.log(file)
  }
  moveHooks(folder, hooks)
}

const given = process.argv.slice(2)
if (given.length === 0) console.error('Name the providers: node bin/migrate.ts acme, or a path of a folder.')
for (const provider of given) migrate(existsSync(join(MAPPINGS, provider)) ? join(MAPPINGS, provider) : provider)
