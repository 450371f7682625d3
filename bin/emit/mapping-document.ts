import { z } from 'zod'
import { fixtureFile } from '../../src/fixtures/schema.ts'
import { modelFile, providerFile } from '../../src/mapping/schema.ts'
import { escapeTable, failureTable, modelTables, slotTable, spellingTable } from './format-tables.ts'
import { keyTable, namesIn } from './key-table.ts'
import { contentOf, type Output } from './output.ts'

const FILE = 'docs/mapping.md'
/** The prose, with a line `<!-- name -->` where a table stands. */
const PROSE = 'docs/mapping.intro.md'
const HEAD = '<!-- Emitted by `npm run emit` from docs/mapping.intro.md and the schemas of the format; do not edit. -->'

const tables: Readonly<Record<string, () => string>> = {
  slots: slotTable,
  escapes: escapeTable,
  spellings: spellingTable,
  failures: failureTable,
  models: modelTables,
}

const definitions = Object.assign(
  {},
  ...[providerFile, modelFile, fixtureFile].map(schema => z.toJSONSchema(schema, { io: 'input' }).$defs),
)

/** A text with tables in the places of their names. Throws where one is unknown, or none stands for a part of the format. */
export function withTables(prose: string): string {
  const left = new Set([...namesIn(definitions).map(name => `keys ${name}`), ...Object.keys(tables)])
  const text = prose.replace(/^<!-- (keys \w+|[a-z]+) -->$/gm, (line, name: string) => {
    if (!left.delete(name)) throw new Error(`${PROSE}: ${line} names no table, or one that stands twice`)
    return tables[name]?.() ?? keyTable(definitions, name.slice('keys '.length))
  })
  if (left.size > 0) throw new Error(`${PROSE} has no place for ${[...left].join(', ')}`)
  return text
}

/** `docs/mapping.md`, from its prose and the schemas of the format. */
export async function mappingDocument(): Promise<Output> {
  const prose = (await contentOf(PROSE)) ?? ''
  return { file: FILE, content: `${HEAD}\n${withTables(prose.replace(/^<!--[\s\S]*?-->\n/, ''))}` }
}
