/**
 * A text without these marks at its end: `withoutTrailing('a//', '/')` is `a`. `/\/+$/` would look for the end again from
 * each of many slashes before it.
 */
export function withoutTrailing(text: string, marks: string): string {
  let end = text.length
  while (end > 0 && marks.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}
