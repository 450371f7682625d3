/** A text with something between its markers `<!-- name -->` and `<!-- /name -->`; all else stays as it is. */
export function between(text: string, name: string, content: string, file: string): string {
  const opening = `<!-- ${name} -->`
  const start = text.indexOf(opening)
  const end = text.indexOf(`<!-- /${name} -->`)
  if (start < 0 || end < start) throw new Error(`${file} needs a line ${opening} and a later line <!-- /${name} -->`)
  return `${text.slice(0, start + opening.length)}\n\n${content}\n\n${text.slice(end)}`
}
