import { posix } from 'node:path'
import { PACKAGES, partOf, whyNot } from './layers.ts'
import type { Source } from './sources.ts'
import { closingOf, type Token } from './tokens.ts'

/** An import, a re-export or an `import()` of a literal name, also where it brings in types alone. */
export interface Import {
  /** The name as written: `../problem/index.ts`. */
  readonly name: string
  readonly line: number
}

/** The name that a statement from `start` on takes something `from`; none for a declaration that is exported. */
function nameAfterFrom(tokens: readonly Token[], start: number): Token | undefined {
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.type === 'mark' && token.text === '{') i = closingOf(tokens, i)
    else if (token.type === 'word' && token.text === 'from' && tokens[i + 1]?.type === 'text') return tokens[i + 1]
    else if (token.type !== 'word' && !(token.type === 'mark' && /^[*,]$/.test(token.text))) return undefined
  }
  return undefined
}

function importAt(tokens: readonly Token[], i: number): Token | undefined {
  const [before, { text }, next] = [tokens[i - 1], tokens[i]!, tokens[i + 1]]
  if (before?.type === 'mark' && /^(\.|\?\.)$/.test(before.text)) return undefined
  if (text === 'export') {
    const isType = next?.text === 'type' && /^[{*]$/.test(tokens[i + 2]?.text ?? '')
    return isType || /^[{*]$/.test(next?.text ?? '') ? nameAfterFrom(tokens, i + 1) : undefined
  }
  if (next?.type === 'text') return next
  if (next?.text === '(') return tokens[i + 2]?.type === 'text' ? tokens[i + 2] : undefined
  return nameAfterFrom(tokens, i + 1)
}

/** Every import of a file, in order. */
export const importsOf = (tokens: readonly Token[]): Import[] =>
  tokens.flatMap(({ type, text }, i) => {
    const found = type === 'word' && (text === 'import' || text === 'export') ? importAt(tokens, i) : undefined
    return found ? [{ name: found.text, line: found.line }] : []
  })

/** The path of what a file imports by a name; undefined for a package that is none of ours. */
const pathOf = (importer: string, name: string): string | undefined =>
  name.startsWith('.') ? posix.join(posix.dirname(importer), name) : PACKAGES[name]

const folderOf = (path: string): string => (path.split('/').length === 2 ? path : posix.dirname(path))

/** Who imports whom, and where it is said first. */
type Graph = ReadonlyMap<string, ReadonlyMap<string, string>>

/** The imports among folders; a file right below `src/` stands for itself. */
export function folderGraph(sources: readonly Source[]): Graph {
  const graph = new Map<string, Map<string, string>>()
  for (const { path, tokens } of sources) {
    const edges = graph.get(folderOf(path)) ?? new Map<string, string>()
    graph.set(folderOf(path), edges)
    for (const { name, line } of importsOf(tokens)) {
      const to = pathOf(path, name)
      if (!to?.startsWith('src/') || folderOf(to) === folderOf(path) || edges.has(folderOf(to))) continue
      edges.set(folderOf(to), `${path}:${line}`)
    }
  }
  return graph
}

/** Import circles: of folders that reach each other, the shortest way round from the first of them. */
export function circlesOf(graph: Graph): string[][] {
  const wayBack = (start: string): string[] | undefined => {
    const ways = [[start]]
    const seen = new Set<string>()
    for (const way of ways)
      for (const next of graph.get(way.at(-1) ?? '')?.keys() ?? []) {
        if (next === start) return way
        if (!seen.has(next)) ways.push([...way, next])
        seen.add(next)
      }
    return undefined
  }
  const circles: string[][] = []
  for (const folder of [...graph.keys()].sort()) {
    if (circles.some(circle => circle.includes(folder))) continue
    const circle = wayBack(folder)
    if (circle) circles.push(circle)
  }
  return circles
}

function layerFaults({ path, tokens }: Source): string[] {
  const importer = partOf(path)
  if (importer === undefined) return [`${path}:1: has no place in the layers (bin/check/layers.ts)`]
  return importsOf(tokens).flatMap(({ name, line }) => {
    const to = pathOf(path, name)
    const imported = to?.startsWith('src/') ? partOf(to) : undefined
    const why = imported === undefined ? undefined : whyNot(importer, imported)
    return why === undefined ? [] : [`${path}:${line}: ${importer} imports ${imported} ("${name}"); ${why}`]
  })
}

/** The faults in how files below `src/` import each other: against the layers, and in circles of folders. */
export function importFaults(sources: readonly Source[]): string[] {
  const graph = folderGraph(sources)
  const circles = circlesOf(graph).map(circle => {
    const [first = ''] = circle
    const ways = circle.map((folder, i) => graph.get(folder)?.get(circle[i + 1] ?? first))
    return `${ways[0]}: folders import each other in a circle: ${[...circle, first].join(' → ')} (${ways.join(', ')})`
  })
  return [...sources.flatMap(layerFaults), ...circles]
}

/** Names that may stand in many folders: what a folder offers, and a surface's routes and schemas. */
const COMMON = new Set(['index.ts', 'routes.ts', 'schemas.ts'])

/** Files below `src/` that have the name of another. */
export function nameFaults(sources: readonly Source[]): string[] {
  const byName = new Map<string, string>()
  return sources.flatMap(({ path }) => {
    const name = posix.basename(path)
    if (COMMON.has(name)) return []
    const first = byName.get(name)
    byName.set(name, first ?? path)
    return first === undefined ? [] : [`${path}:1: has the same name as ${first}`]
  })
}
