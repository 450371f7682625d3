// What is seen of a JSON text without parsing it.
const [QUOTE, OBJECT, ARRAY, COMMA, BACKSLASH] = Array.from('"{[,\\', character => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
]

/** The end of a string that begins at `start`, behind its closing quote. */
export function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = at
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes--
    if ((at - escapes) % 2 === 0) return at + 1
  }
  return text.length
}

/** Whether objects, lists, members and elements of a JSON text are more than `most`. */
export function hasMoreValues(text: string, most: number): boolean {
  // Each value but a number of one digit has two characters, and something that ends it.
  if (text.length < most * 2) return false
  let values = 0
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else {
      if ((code === COMMA || code === OBJECT || code === ARRAY) && ++values > most) return true
      at++
    }
  }
  return false
}
