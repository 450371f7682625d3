import { existsSync, readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'yaml'

/** The folder `EVIDENCE` names, or the one beside the repository. `EVIDENCE=none npm test` is a run without any. */
const ROOT = process.env.EVIDENCE
  ? pathToFileURL(resolve(process.env.EVIDENCE) + sep)
  : new URL('../../../shared/evidence/', import.meta.url)

/** The absolute path of a file of the evidence, which lies beside the repository and is no part of it. */
export const evidence = (path: string): string => fileURLToPath(new URL(path, ROOT))

/** False in a checkout that stands alone: tests against the evidence are skipped there. */
export const hasEvidence: boolean = existsSync(ROOT)

/** A provider's own specification, parsed: `specification('hubspot', 'crm-contacts.v3.json')`. */
export function specification<T = unknown>(provider: string, file: string): T {
  const text = readFileSync(evidence(`specs/${provider}/${file}`), 'utf8')
  return file.endsWith('.json') ? JSON.parse(text) : parse(text)
}

/** A recorded exchange. Many statuses were flattened to 200 by the recorder, and many headers are the recorder's. */
export interface Recording {
  id: string
  provider: string
  request: { method: string; path: string; query: Record<string, string> | null; body: unknown }
  response: { status: number; headers: Record<string, string>; body: unknown }
}

/** Every recorded exchange of a provider, in the order of recording. */
export function recordings(provider: string): Recording[] {
  const lines = readFileSync(evidence(`recorded/${provider}.jsonl`), 'utf8').split('\n')
  return lines.filter(line => line.trim() !== '').map(line => JSON.parse(line))
}
