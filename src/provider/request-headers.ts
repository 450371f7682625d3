import { version } from '../version.ts'

/** Tells every provider who calls (RFC 9110, 10.1.5). A `user-agent` in `provider.json` or of a request replaces it. */
export const USER_AGENT = `koine/${version}`

/**
 * Headers of the connection to the host (RFC 9110, 7.6.1), which belong to whoever makes that connection, and `host`:
 * a provider's address may answer for many names, and another name's owner would be sent the credentials.
 */
const OF_CONNECTION =
  /^(host|connection|expect|http2-settings|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/

/** Whether a header, by its name in lower case, is not a request's own to set. */
export const isOfConnection = (name: string): boolean => OF_CONNECTION.test(name)

/** What a header's name and value may consist of (RFC 9110, 5.1 and 5.5): a line's end would begin another header. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The headers that a request is sent with, but for what signs it: `user-agent`, and those of every set, where a header
 * takes the place of one of the same name in an earlier set. Names become lower case; headers of the connection are left
 * out. `refused` is the name of a header that no request can carry.
 */
export function requestHeaders(
  ...sets: readonly Readonly<Record<string, string>>[]
): { readonly headers: Readonly<Record<string, string>> } | { readonly refused: string } {
  const headers: Record<string, string> = { 'user-agent': USER_AGENT }
  for (const set of sets)
    for (const [name, value] of Object.entries(set)) {
      if (!NAME.test(name) || !VALUE.test(value)) return { refused: name }
      const lower = name.toLowerCase()
      if (!isOfConnection(lower)) headers[lower] = value
    }
  return { headers }
}
