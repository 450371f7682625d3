// W3C Trace Context: what a caller's `traceparent` says, and what goes on to providers.
const GIVEN = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/

/** The parts of a valid header; a later version may have more of them than we know. */
function parse(given: string | undefined): { trace: string; flags: string } | undefined {
  const [, version, trace = '', flags = '', more] = GIVEN.exec(given ?? '') ?? []
  return version === undefined || (version === '00' && more !== undefined) ? undefined : { trace, flags }
}

/** The id of the caller's trace, for the log. */
export const traceOf = (given: string | undefined): string | undefined => parse(given)?.trace

/** The header of a caller's trace with a span of ours, which one call takes; nothing where none came, or a bad one. */
export function spanOf(given: string | undefined): string | undefined {
  const parsed = parse(given)
  if (!parsed) return undefined
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  // All zeros would be none.
  bytes[0]! |= 1
  const span = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  // Of the flags, those that version 00 has: whether the trace is sampled.
  return `00-${parsed.trace}-${span}-0${Number.parseInt(parsed.flags, 16) & 1}`
}
