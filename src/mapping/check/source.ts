// Resolves what a file says it was written from, where the evidence is at hand.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { down, keysIn } from '../../problem/pointer.ts'
import { isObject } from '../path.ts'
import type { Report } from '../report.ts'

const parsed = new Map<string, unknown>()
function step(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/**
 * Reports each `source` of a file that does not resolve: `evidence/<path>#/pointer` must be a file of the evidence and
 * a place in it (JSON files by pointer), `evidence/recorded/<provider>.jsonl#<id>` a recorded exchange. Addresses are
 * left alone.
 */
export function checkSource(file: unknown, evidence: string, report: Report): void {
  if (!isObject(file)) return
  const sources = [file.source].flat()
  for (const [i, source] of sources.entries()) {
    const pointer = Array.isArray(file.source) ? down('/source', i) : '/source'
    if (typeof source !== 'string' || !source.startsWith('evidence/')) continue
    const [path = '', place] = source.slice('evidence/'.length).split('#')
    const full = join(evidence, path)
    if (path.includes('..') || !existsSync(full)) report(pointer, `there is no ${source}`)
    else if (place && path.endsWith('.jsonl')) {
      if (
        !readFileSync(full, 'utf8').includes(`"id":"${place}"`) &&
        !readFileSync(full, 'utf8').includes(`"id": "${place}"`)
      )
        report(pointer, `no exchange "${place}" in ${path}`)
    } else if (place && path.endsWith('.json')) {
      if (!parsed.has(full)) parsed.set(full, JSON.parse(readFileSync(full, 'utf8')))
      const found = keysIn(place).reduce<unknown>(step, parsed.get(full))
      if (found === undefined) report(pointer, `${source} leads nowhere`)
    }
  }
}
