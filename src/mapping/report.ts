/** Says what is wrong in a mapping file, and where (a JSON pointer in that file). */
export type Report = (pointer: string, message: string) => void

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

/** Characters of the longest name that another is looked for: a comparison takes the product of both lengths. */
const LONGEST = 100

/** The name that is near enough to be meant. */
export function near(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined
  const [best] = names
    .map(option => ({ option, far: distance(name.toLowerCase(), option.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  return best && best.far <= Math.max(2, Math.floor(name.length / 3)) ? best.option : undefined
}

/** `did you mean "email"?`, where one of the names is near enough; else the names there are. */
export function nearest(name: string, names: readonly string[]): string {
  const best = near(name, names)
  if (best !== undefined) return `did you mean "${best}"?`
  return names.length > 0 ? `there is ${names.slice(0, 24).join(', ')}` : 'there is none'
}
