import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { indexOf } from '../bin/generate/mapping-index.ts'
import { settings } from './gateway.ts'
import { end, firstLine, ROOT } from './process.ts'
import { median } from './statistics.ts'

const MAPPINGS = join(ROOT, 'mappings')

/** Copies the mappings that there are, under other ids, until there are that many; answers the URL of their index. */
async function generate(directory: string, providers: number): Promise<string> {
  const own = readdirSync(MAPPINGS, { withFileTypes: true }).filter(entry => entry.isDirectory())
  for (let i = 0; i < providers; i++) {
    const from = own[i % own.length]!.name
    cpSync(join(MAPPINGS, from), join(directory, `${from}-${i}`), {
      recursive: true,
      filter: source => !source.endsWith('/fixtures'),
    })
  }
  const index = pathToFileURL(`${directory}/`)
  writeFileSync(new URL('index.ts', index), await indexOf(index))
  return new URL('index.ts', index).href
}

/** Milliseconds from the start of the process to its first answer to `/health`. */
async function start(index: string, data: string): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, ['--import', './bench/other-index.ts', 'src/node.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...settings, PORT: '0', KOINE_DATA: data, BENCH_INDEX: index },
  })
  try {
    const { listening } = await firstLine<{ listening: string }>(child)
    const answer = await fetch(`${listening}/health`)
    if (!answer.ok) throw new Error(`/health answered ${answer.status}`)
    return performance.now() - began
  } finally {
    await end(child)
  }
}

/** Start-up with few and with many providers, in milliseconds, and the ratio of the two, the median of all rounds. */
export async function measureStartUp(
  directory: string,
  [few, many]: readonly [number, number],
  rounds: number,
): Promise<{ few: number; many: number; ratio: number }> {
  const make = async (providers: number) => {
    const place = join(directory, `providers-${providers}`)
    mkdirSync(place)
    const index = await generate(place, providers)
    const once = () => start(index, join(directory, `data-${providers}`))
    await once() // It makes the database, which later ones find.
    return once
  }
  const startFew = await make(few)
  const startMany = await make(many)
  const pairs: { few: number; many: number }[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) pairs.push({ few: await startFew(), many: await startMany() })
    else {
      const many = await startMany()
      pairs.push({ few: await startFew(), many })
    }
  }
  return {
    few: median(pairs.map(pair => pair.few)),
    many: median(pairs.map(pair => pair.many)),
    ratio: median(pairs.map(pair => pair.many / pair.few)),
  }
}
