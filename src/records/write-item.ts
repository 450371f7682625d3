import { isPlainId } from '../mapping/batch-record.ts'
import { lay } from '../mapping/path.ts'
import type { Unified, Warning } from '../mapping/read.ts'
import type { CompiledVerb } from '../mapping/verb.ts'
import type { Failure } from '../problem/index.ts'
import { backendActionOf } from './backend-verbs.ts'
import type { WriteCall } from './call.ts'
import { writeProblem } from './check-write.ts'
import type { RecordContext } from './resolve.ts'

/** What a batch does to each of its records. */
export type BatchVerb = 'create' | 'update' | 'delete'
/** One record of a batch. `input` has passed the model's schema. */
export interface BatchItem {
  /** Missing on create. */
  readonly id?: string | undefined
  /** Missing on delete. */
  readonly input?: Unified | undefined
  readonly passThrough?: Readonly<Record<string, unknown>> | undefined
}

/** What a record becomes in a chunk. */
export interface Written {
  readonly id?: string | undefined
  /** The provider's record; missing on delete. */
  readonly record?: Record<string, unknown> | undefined
  readonly warnings: readonly Warning[]
}
/** How a record is sent: in a chunk, alone by the single verb, or not at all, since it cannot be mapped. */
export type Prepared = { readonly written: Written } | 'alone' | { readonly failure: Failure }

/** Whether a caller's `pass_through` goes into the record, as it does where the record is the whole body. */
const isRecordWholeBody = ({ spec }: CompiledVerb): boolean => spec.body === undefined && spec.graphql === undefined

/**
 * Maps one record of a batch. It goes alone wherever a chunk cannot carry all that a single request would: what a hook
 * writes, a change that needs the current record, `pass_through` beside the record, an id that cannot stand in a list.
 */
export function prepareItem(context: RecordContext, verb: BatchVerb, item: BatchItem): Prepared {
  const { mapping } = context
  const compiled = mapping.verbs[verb]
  const { id, input = {}, passThrough } = item
  if (!compiled?.batch || !compiled.hasRequest || backendActionOf(context, verb) || compiled.needsCurrent)
    return 'alone'
  if (id !== undefined && !isPlainId(id)) return 'alone'
  if (verb === 'delete') return id === undefined ? 'alone' : { written: { id, warnings: [] } }
  if (verb === 'update' && id === undefined) return 'alone'
  const written = mapping.write(input, verb)
  const call: WriteCall =
    verb === 'create' ? { verb, input, passThrough } : { verb: 'update', id: id ?? '', input, passThrough }
  const failure = writeProblem(mapping, call, written)
  if (failure) return { failure }
  if (written.needsCurrent || written.byHook) return 'alone'
  if (passThrough && !isRecordWholeBody(compiled)) return 'alone'
  // Without anything to change the record is only read.
  if (verb === 'update' && Object.keys(written.body).length === 0 && !passThrough) return 'alone'
  const record = lay(written.body, passThrough ?? {}) as Record<string, unknown>
  return { written: { id, record, warnings: written.warnings } }
}
