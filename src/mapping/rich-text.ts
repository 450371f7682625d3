import { isObject } from './path.ts'

// Text with structure, read as plain text: paragraphs are parted by an empty line, lines by a line break.

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
}
const MAX_DEPTH = 64

function adfText(node: unknown, depth: number): string {
  if (!isObject(node) || depth > MAX_DEPTH) return ''
  if (node.type === 'text') return typeof node.text === 'string' ? node.text : ''
  if (node.type === 'hardBreak') return '\n'
  const content = Array.isArray(node.content) ? node.content : []
  return content.map(child => adfText(child, depth + 1)).join(node.type === 'doc' ? '\n\n' : '')
}

/** Atlassian Document Format. `read` answers undefined for what is no document. */
export const adf = {
  read: (value: unknown): string | undefined =>
    isObject(value) && value.type === 'doc' ? adfText(value, 0) : undefined,
  write: (text: string): unknown => ({
    type: 'doc',
    version: 1,
    content: text.split('\n\n').map(paragraph => ({
      type: 'paragraph',
      content: paragraph
        .split('\n')
        .flatMap((line, i) => [
          ...(i > 0 ? [{ type: 'hardBreak' }] : []),
          ...(line ? [{ type: 'text', text: line }] : []),
        ]),
    })),
  }),
}

/** Ends of blocks that stand together, as many as there are: what follows them is looked at only once. */
const ENDS = /(?:<\/(?:p|div|li|ul|ol)>\s*)+/gi
const beginsTag = (text: string, at: number): boolean => text[at] === '<' && /[a-z]/i.test(text[at + 1] ?? '')

/** A text without its tags. A pattern would look for the end of a tag anew from every `<`. */
function withoutTags(text: string): string {
  let out = ''
  let at = 0
  for (;;) {
    const open = text.indexOf('<', at)
    const close = open < 0 ? -1 : text.indexOf('>', open)
    if (close < 0) return out + text.slice(at)
    out += text.slice(at, open)
    at = close + 1
  }
}

export const html = {
  read: (value: string): string =>
    withoutTags(
      value
        .replace(/<br\s*\/?>/gi, '\n')
        // Blocks that end together end one paragraph, and the last ends none.
        .replace(ENDS, (ends, at: number, text: string) => (beginsTag(text, at + ends.length) ? '\n\n' : ends)),
    ).replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, entity => ENTITIES[entity]!),
  write: (text: string): string =>
    text
      .split('\n\n')
      .map(
        paragraph =>
          `<p>${paragraph.replace(/[&<>]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!).replaceAll('\n', '<br>')}</p>`,
      )
      .join(''),
}
