import { unsoundInProviders } from '../models/unsound.ts'
import { down } from '../problem/pointer.ts'
import { canOf, type Element } from './list-row.ts'
import { getter, isNothing, isObject, put } from './path.ts'
import { type Compiling, cutTo, MOST, pathAt, type Row } from './row.ts'
import type { MapRow } from './schema/index.ts'

/** Names and values as they are, merged key by key. */
export function compileMap(name: string, spec: MapRow, at: Compiling): Row {
  const path = pathAt(spec.map, down(at.pointer, 'map'), at.report)
  const get = getter(path)
  return {
    name,
    reads: [path],
    writes: [path],
    into(source, out, bad) {
      const value = get(source)
      if (value == null || value === '') return
      if (!isObject(value)) return bad(name, value)
      const keys = Object.keys(value)
      if (keys.length > MOST) bad(name, undefined, cutTo(keys.length))
      const kept: [string, unknown][] = []
      for (const key of keys.slice(0, MOST)) {
        const inner = value[key]
        if (isNothing(inner)) continue
        if (unsoundInProviders(inner)) bad(`${name}.${key}`, inner)
        else kept.push([key, inner])
      }
      if (kept.length > 0) out[name] = Object.fromEntries(kept)
    },
    set(body, value, { writing }) {
      for (const [key, sent] of Object.entries(value as Element)) {
        const theirs = sent === null ? (writing.verb === 'update' ? writing.emptyValue : undefined) : sent
        if (theirs !== undefined) put(body, [...path, { key }], theirs)
      }
    },
    clear(body, writing) {
      if (writing.verb === 'update') put(body, path, writing.emptyValue)
    },
    can: canOf(spec),
    byHook: () => false,
  }
}
