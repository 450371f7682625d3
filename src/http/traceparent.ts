// The header `traceparent` (W3C Trace Context, version 00): what a caller's says, and the one that providers are sent.
const GIVEN = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/

/** The parts of a valid header. A header of a later version may have further parts, which are passed over. */
function parse(given: string | undefined): { trace: string; flags: string } | undefined {
  const [, version, trace = '', flags = '', more] = GIVEN.exec(given ?? '') ?? []
  return version === undefined || (version === '00' && more !== undefined) ? undefined : { trace, flags }
}

/** The id of the caller's trace, for the log. */
export const traceOf = (given: string | undefined): string | undefined => parse(given)?.trace

/** The header for a provider: the caller's trace with a new span of ours. Undefined without a valid `given`. */
export function spanOf(given: string | undefined): string | undefined {
  const parsed = parse(given)
  if (!parsed) return undefined
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  // A span id of zeros alone is not valid.
  bytes[0]! |= 1
  const span = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  // The one flag of version 00 says whether the trace is sampled; flags of later versions are not passed on.
  return `00-${parsed.trace}-${span}-0${Number.parseInt(parsed.flags, 16) & 1}`
}
