import type { RowsField } from '../models/index.ts'
import { down } from '../problem/pointer.ts'
import { readText } from './codecs.ts'
import { getter, isNothing, type Path, put } from './path.ts'
import { nearest } from './report.ts'
import { type Bad, type Compiling, currencyFirst, pathAt, type Row, type Writing } from './row.ts'
import type { ValueRow } from './schema/index.ts'
import { compileRow } from './value-row.ts'

export type Specs = Readonly<Record<string, string | ValueRow>>

/** The members of one element of a list, compiled for both directions. */
export interface Members {
  /** The members that are values, not constants. */
  readonly live: readonly Row[]
  readonly constants: readonly { readonly name: string; readonly const: string }[]
  readonly reads: readonly Path[]
  readonly writes: readonly Path[]
  /** One element, or undefined where there is nothing but constants. */
  read(source: unknown, bad: Bad): Record<string, unknown> | undefined
  write(element: Record<string, unknown>, value: Record<string, unknown>, writing: Writing, at: string): void
}

/** `street_1` and `street_2` over one text of several lines: line n of it, the highest takes the rest. */
function lines(parts: readonly { name: string; spec: ValueRow }[], at: Compiling): Row & { names: string[] } {
  const path = pathAt(String(parts[0]!.spec.at), at.pointer, at.report)
  const get = getter(path)
  const names = parts.map(part => part.name)
  const clear: Row['clear'] = (body, writing) => {
    if (writing.verb === 'update') put(body, path, writing.emptyValue)
  }
  return {
    name: names[0]!,
    names,
    reads: [path],
    writes: [path],
    into(source, out, bad) {
      const value = get(source)
      if (value == null || value === '') return
      if (typeof value !== 'string') return bad(names[0]!, value)
      const all = value.split(/\r?\n/)
      names.forEach((name, i) => {
        const line = i === names.length - 1 ? all.slice(i).join('\n') : all[i]
        if (line) out[name] = line
      })
    },
    set(body, _value, { writing, at: pointer, siblings }) {
      for (const name of names.slice(0, -1))
        if (String(siblings[name] ?? '').includes('\n'))
          writing.refuse(`${pointer.slice(0, pointer.lastIndexOf('/'))}/${name}`, 'does-not-fit', 'Write one line.')
      const all = names.map(name => String(siblings[name] ?? ''))
      while (all.length > 0 && all.at(-1) === '') all.pop()
      if (all.length > 0) put(body, path, all.join('\n'))
      else clear(body, writing)
    },
    clear,
    can: () => true,
    byHook: () => false,
  }
}

/** Compiles the members of an element by the model's field. */
export function compileMembers(specs: Specs, field: RowsField, at: Compiling): Members {
  const lined = new Map<string, { name: string; spec: ValueRow }[]>()
  const parts: (Row & { names?: string[] })[] = []
  for (const [name, spec] of Object.entries(specs)) {
    const pointer = down(at.pointer, name)
    const member = field.members[name]
    if (!member) {
      at.report(pointer, `no member "${name}" in the model; ${nearest(name, Object.keys(field.members))}`)
      continue
    }
    if (typeof spec === 'object' && spec.line !== undefined) {
      const group = lined.get(String(spec.at)) ?? []
      lined.set(String(spec.at), [...group, { name, spec }])
    } else parts.push(compileRow(name, spec, member.type, { ...at, pointer }))
  }
  for (const group of lined.values())
    parts.push(
      lines(
        group.sort((a, b) => a.spec.line! - b.spec.line!),
        at,
      ),
    )
  const live = parts.filter(part => part.const === undefined)
  const constants = parts.flatMap(part => (part.const === undefined ? [] : [{ name: part.name, const: part.const }]))
  const ordered = currencyFirst(live)
  const known = new Set(parts.flatMap(part => part.names ?? [part.name]))
  return {
    live,
    constants,
    reads: live.flatMap(part => part.reads),
    writes: live.flatMap(part => part.writes),
    read: readerOf(live, constants),
    write(element, value, writing, pointer) {
      for (const part of ordered) {
        const given = part.names ? part.names.some(n => !isNothing(value[n])) : !isNothing(value[part.name])
        if (!given) part.clear(element, writing)
        else if (part.can(writing.verb))
          part.set(element, value[part.name], { writing, at: `${pointer}/${part.name}`, siblings: value })
        else writing.refuse(`${pointer}/${part.name}`, 'read-only', 'The provider sets it.')
      }
      for (const [name, sent] of Object.entries(value)) {
        if (isNothing(sent) || (name.endsWith('_raw') && known.has(name.slice(0, -4)))) continue
        const other = constants.some(c => c.name === name && c.const !== sent)
        if (known.has(name) && !other) continue
        if (name === 'type') writing.warn(`${pointer}/${name}`, 'not-kept', 'The provider keeps no such type here.')
        else writing.refuse(`${pointer}/${name}`, 'does-not-fit', 'The provider has no place for it.')
      }
    },
  }
}

/** Plain texts below one parent are read without a call for each: most addresses and numbers are so. */
function readerOf(live: readonly Row[], constants: Members['constants']): Members['read'] {
  const finish = (out: Record<string, unknown>) => {
    for (const { name, const: value } of constants) out[name] = value
    return out
  }
  const parent = live[0]?.plain?.length === 2 ? live[0].plain[0] : undefined
  const allPlain = live.every(r => r.plain && (r.plain.length === 2 ? r.plain[0] === parent : parent === undefined))
  if (!allPlain) {
    return (source, bad) => {
      const out: Record<string, unknown> = {}
      for (const row of live) row.into(source, out, bad)
      for (const _ in out) return finish(out)
      return undefined
    }
  }
  const keys = live.map(row => row.plain!.at(-1)!)
  const names = live.map(row => row.name)
  return (source, bad) => {
    const from = (parent === undefined ? source : (source as Record<string, unknown> | null)?.[parent]) as
      | Record<string, unknown>
      | null
      | undefined
    if (from == null || typeof from !== 'object') return undefined
    let out: Record<string, unknown> | undefined
    for (let i = 0; i < keys.length; i++) {
      const value = from[keys[i]!]
      if (value == null || value === '') continue
      const text = readText(value)
      if (typeof text === 'string') {
        out ??= {}
        out[names[i]!] = text
      } else bad(names[i]!, value)
    }
    return out && finish(out)
  }
}
