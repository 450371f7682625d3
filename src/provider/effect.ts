import { isUnsent, type Result } from './faults.ts'

/** Methods that only read (RFC 9110, section 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Whether a request of a method only reads. */
export const isSafe = (method: string): boolean => SAFE.has(method)

/**
 * Whether an attempt may have changed something at the provider: it arrived, as far as one knows, and was not refused.
 * A provider that answers 4xx did nothing, but for 408, by which it says that it gave up waiting.
 */
export function mayHaveChanged(result: Result): boolean {
  if ('fault' in result) return !isUnsent(result)
  const { status } = result.response
  return status < 400 || status >= 500 || status === 408
}
