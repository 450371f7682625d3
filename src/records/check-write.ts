import type { Mapping } from '../mapping/compile.ts'
import { isNothing } from '../mapping/path.ts'
import type { Written } from '../mapping/write.ts'
import { type Failure, type Fault, fail } from '../problem/index.ts'
import type { WriteCall } from './call.ts'

/** The fields that the provider requires on create and the caller did not send. One that is composed of others is sent with any of them. */
function missing({ file, table }: Mapping, call: WriteCall): Fault[] {
  // `pass_through` may hold them in the provider's own words.
  if (call.verb !== 'create' || call.passThrough) return []
  const isSent = (field: string) => !isNothing(call.input[field])
  return (file.required ?? [])
    .filter(field => !isSent(field) && !table.byField.get(field)?.composeFrom.some(isSent))
    .map(field => ({ pointer: `/${field}`, code: 'required', detail: 'This provider asks for it.' }))
}

/** The problem of a write that cannot be sent as it is, with all its faults; undefined where there are none. */
export function writeProblem(mapping: Mapping, call: WriteCall, written: Written): Failure | undefined {
  const errors = [...written.refused, ...missing(mapping, call)]
  const [first] = errors
  if (!first) return undefined
  const detail = `${first.pointer}: ${first.detail}`
  return fail('invalid-field', { provider: mapping.provider, detail, errors }).failure
}
