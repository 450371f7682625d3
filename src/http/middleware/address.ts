import { ProblemError } from '../../problem/index.ts'
import type { HttpContext } from '../context.ts'

const isUtf8 = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
const malformed = (part: string, pointer: string) => {
  const detail = `The ${part} is not valid UTF-8, percent-encoded.`
  return new ProblemError('bad-parameter', { detail, errors: [{ pointer, code: 'encoding', detail }] })
}

/**
 * Ends a request whose path or query does not decode, which would else be taken as it stands, another id than was meant.
 * What follows `/proxy` is the provider's to read.
 * @throws ProblemError `bad-parameter`
 */
export function refuseMalformedAddress({ req }: HttpContext): void {
  const { url } = req
  if (!url.includes('%') || req.path.startsWith('/proxy/')) return
  const [address = '', query = ''] = url.split('?', 2)
  if (!isUtf8(address)) throw malformed('path', '/path')
  if (!isUtf8(query)) throw malformed('query', '/query')
}
