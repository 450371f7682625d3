/** One parameter of a link (RFC 8288, 3), `; rel="next"`; or what stands in its place and is none. */
const PARAMETER = /\s*;\s*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?[^;,]*/y

/** Whether the parameters from a place on name the relation, and where they end. */
function readParameters(header: string, from: number, wanted: string): { isWanted: boolean; end: number } {
  let isWanted = false
  for (let end = from; ; end = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = end
    const match = PARAMETER.exec(header)
    if (!match) return { isWanted, end }
    const [, name = '', quoted, bare = ''] = match
    if (name.toLowerCase() === 'rel' && (quoted ?? bare).toLowerCase().split(/\s/).includes(wanted)) isWanted = true
  }
}

/**
 * The address of the link of a relation in a `Link` header: `<https://…?page=2>; rel="next"`. Undefined where there is
 * none. The header is read once from its beginning to its end, however it is made.
 */
export function linkTo(relation: string, header: string): string | undefined {
  for (let open = header.indexOf('<'); open >= 0; ) {
    const close = header.indexOf('>', open)
    if (close < 0) return undefined
    const { isWanted, end } = readParameters(header, close + 1, relation.toLowerCase())
    if (isWanted && close > open + 1) return header.slice(open + 1, close)
    open = header.indexOf('<', end)
  }
  return undefined
}
