import type { Mapping } from '../mapping/compile.ts'
import { isNothing } from '../mapping/path.ts'
import type { Written } from '../mapping/write.ts'
import { type Failure, type Fault, fail } from '../problem/index.ts'
import type { WriteCall } from './call.ts'

/** What a provider asks for on create and was not sent; a field that is joined from others is sent with any of them. */
function missing({ file, table }: Mapping, call: WriteCall): Fault[] {
  // What is passed through may hold what the provider asks for.
  if (call.verb !== 'create' || call.passThrough) return []
  const isSent = (field: string) => !isNothing(call.input[field])
  return (file.required ?? [])
    .filter(field => !isSent(field) && !table.byField.get(field)?.composeFrom.some(isSent))
    .map(field => ({ pointer: `/${field}`, code: 'required', detail: 'This provider asks for it.' }))
}

/** Everything that speaks against a write before it is sent, or undefined. */
export function writeProblem(mapping: Mapping, call: WriteCall, written: Written): Failure | undefined {
  const errors = [...written.refused, ...missing(mapping, call)]
  const [first] = errors
  if (!first) return undefined
  const detail = `${first.pointer}: ${first.detail}`
  return fail('invalid-field', { provider: mapping.provider, detail, errors }).failure
}
