import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import type { Explanation } from '../../src/records/explain.ts'
import { replay } from '../fixtures/replay.ts'
import { type Command, CommandFault } from './command.ts'
import { openFolder } from './folder.ts'

const indented = (value: unknown): string => JSON.stringify(value, null, 2).replace(/^/gm, '  ')

function readFixture(path: string): Fixture {
  if (!existsSync(path)) throw new CommandFault(`There is no file ${path}.`)
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new CommandFault(`${path} is no JSON: ${(error as Error).message}`)
  }
}

/** The requests and the fields of an explanation, as lines. */
function linesOf({ requests, fields }: Explanation): string[] {
  const sent = requests.flatMap(({ method, url, headers, body, status }) => [
    `${method} ${url} → ${status ?? 'no answer'}`,
    ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
    ...(body === undefined ? [] : [indented(body)]),
  ])
  const width = Math.max(0, ...Object.keys(fields).map(name => name.length))
  const rows = Object.entries(fields).map(
    ([name, { file, pointer, paths }]) =>
      `  ${name.padEnd(width)}  ${file}#${pointer}  ← ${paths.join(', ') || 'nothing'}`,
  )
  return ['Requests', ...sent, '', 'Fields', ...rows]
}

/** Explains what a fixture's call does, offline: its requests, and where each field comes from. */
export const explainFixture: Command = {
  usage: 'explain <fixture file> [--json]',
  about: 'Shows a fixture’s provider requests and, per field, the mapping row that it came from.',
  more: ['Nothing is sent anywhere: the fixture answers in the provider’s place.'],
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    })
    if (positionals.length !== 1) throw new CommandFault('Name one fixture file.', true)
    const path = resolve(positionals[0]!)
    const provider = dirname(dirname(path))
    if (basename(dirname(path)) !== 'fixtures' || !existsSync(`${provider}/provider.json`))
      throw new CommandFault(`${path} does not lie in mappings/<provider>/fixtures/.`)
    const fixture = readFixture(path)
    const { catalogue } = openFolder(dirname(provider), basename(provider))
    const { faults } = await replay(basename(provider), fixture, catalogue)
    for (const fault of faults) console.error(`${relative(process.cwd(), path)}: ${fault}`)
    const { call, pages: _, ...rest } = fixture
    const asked = { ...call, path: `${call.path}${call.path.includes('?') ? '&' : '?'}explain=true` }
    const { bodies } = await replay(basename(provider), { ...rest, call: asked }, catalogue)
    const { explain } = (bodies[0] ?? {}) as { explain?: Explanation }
    if (explain) console.log(values.json ? JSON.stringify(explain, null, 2) : linesOf(explain).join('\n'))
    else {
      const requests = fixture.exchanges.map(({ request, reply }) => ({ ...request, status: reply.status }))
      console.log(
        values.json
          ? JSON.stringify({ requests, answer: bodies[0] ?? null }, null, 2)
          : [
              'Requests',
              ...requests.map(indented),
              '',
              'The answer has no fields to explain:',
              indented(bodies[0] ?? null),
            ].join('\n'),
      )
    }
    return faults.length > 0 ? 1 : 0
  },
}
