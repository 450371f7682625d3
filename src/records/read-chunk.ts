import { placeholdersOf, sendJson } from '../backends/index.ts'
import type { CompiledBatch } from '../mapping/batch.ts'
import { lay } from '../mapping/path.ts'
import type { Unified, Warning } from '../mapping/read.ts'
import type { OneResult } from './call.ts'
import { readOne } from './fetch-record.ts'
import type { Step } from './resolve.ts'
import { reading } from './send-how.ts'

/** A record that was written: its id, what was sent of it, and what the answer to the write holds of it. */
export interface WrittenRecord {
  readonly id: string
  readonly sent: Unified
  readonly partly: Unified | undefined
  readonly warnings: readonly Warning[]
}

/** Records by id, or why they could not be read. */
type ReadRecords = { readonly found: Map<string, Unified> } | { readonly failed: string }

async function readSome(step: Step, batch: CompiledBatch, ids: readonly string[]): Promise<ReadRecords> {
  const { services, context } = step
  const records = ids.map(id => ({ id }))
  const select = context.mapping.select(undefined)
  const made = batch.build({ records, select, ...placeholdersOf(context) })
  if ('refused' in made) return { failed: made.refused.code }
  const sent = await sendJson(services, context, made.request, reading)
  if ('failure' in sent) return { failed: sent.failure.code }
  const read = batch.read(sent.response, records)
  if ('refused' in read) return { failed: read.refused.code }
  const found = new Map<string, Unified>()
  for (const [i, answer] of read.answers.entries())
    if ('record' in answer && answer.record) found.set(ids[i]!, answer.record)
  return { found }
}

const notReadBack = (record: string, field: string, detail: string): Warning => ({
  record,
  field,
  code: 'not-read-back',
  detail,
})

/** What is known of a record that could not be read back: what was sent, and what the write answered. */
function unread({ context }: Step, { id, sent, partly, warnings }: WrittenRecord, why: string): OneResult {
  const data = context.mapping.reader(undefined)(lay(sent, partly ?? {}) as Unified, [])
  const detail = `The record was written, but could not be read back whole (${why}).`
  return { data: { ...data, id }, warnings: [...warnings, notReadBack(id, '', detail)] }
}

/**
 * Reads records after they were written together, by the provider's own batch of get. What cannot be read is only a
 * warning, and so are the fields that such a batch does not answer.
 */
export async function readBackChunk(step: Step, written: readonly WrittenRecord[]): Promise<OneResult[]> {
  const batch = step.context.mapping.verbs.get?.batch
  if (!batch) return written.map(one => unread(step, one, 'the provider answers no record to a batch'))
  const results: OneResult[] = []
  for (let at = 0; at < written.length; at += batch.max) {
    const some = written.slice(at, at + batch.max)
    const read = await readSome(
      step,
      batch,
      some.map(({ id }) => id),
    )
    for (const one of some) {
      const record = 'found' in read ? read.found.get(one.id) : undefined
      if (!record) {
        results.push(unread(step, one, 'failed' in read ? read.failed : 'record-not-found'))
        continue
      }
      const { data, warnings } = readOne(step, one.id, record, { warnings: one.warnings })
      const omitted = (batch.spec.omits ?? []).map(field =>
        notReadBack(one.id, field, 'The provider does not answer it for several records at once; get the record.'),
      )
      results.push({ data, warnings: [...warnings, ...omitted] })
    }
  }
  return results
}
