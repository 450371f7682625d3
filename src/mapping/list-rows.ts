import type { RowsField } from '../models/index.ts'
import { compileMembers, type Members } from './members.ts'
import { getter, isNothing, isObject, type Path, put } from './path.ts'
import { down } from './report.ts'
import { type Bad, type Compiling, pathAt, type Row, type WriteVerb, type Writing } from './row.ts'
import type { EachRow, MapRow, PositionsRow } from './schema/index.ts'
import { compileRow } from './value-row.ts'

type Element = Record<string, unknown>

const canOf =
  (spec: { write?: false | undefined; create?: false | undefined; update?: false | undefined }) => (verb: WriteVerb) =>
    spec.write !== false && spec[verb] !== false
/** A member that cannot be read is a warning for its whole field. */
const under =
  (field: string, bad: Bad): Bad =>
  (member, raw) =>
    bad(`${field}.${member}`, raw)

/**
 * Fixed places for the elements of a list, as most CRMs have them. An element takes the place of its type, else one
 * without a type; where there is none left, the write is refused and names the places.
 */
export function compilePositions(name: string, spec: PositionsRow, field: RowsField, at: Compiling): Row {
  const all = spec.positions.map((position, i) =>
    compileMembers(position, field, { ...at, pointer: down(down(at.pointer, 'positions'), i) }),
  )
  const write = (body: Element, rows: readonly Element[], writing: Writing): void => {
    const free = new Set(all)
    const place = new Map<number, Members>()
    const exact = (row: Element) =>
      [...free].find(m => m.constants.length > 0 && m.constants.every(c => c.const === row[c.name]))
    const loose = (row: Element) => {
      const untyped = [...free].find(m => m.constants.length === 0)
      if (untyped) return untyped
      const [first] = all
      const allTyped = all.every(m => m.constants.length > 0)
      return first && allTyped && free.has(first) && first.constants.every(c => isNothing(row[c.name]))
        ? first
        : undefined
    }
    for (const find of [exact, loose])
      rows.forEach((row, i) => {
        if (place.has(i)) return
        const position = find(row)
        if (!position) return
        free.delete(position)
        place.set(i, position)
      })
    for (const [i, row] of rows.entries()) {
      const position = place.get(i)
      if (position) {
        position.write(body, row, writing, `/${name}/${i}`)
        continue
      }
      const places = all.map(m => m.constants.map(c => c.const).join(' ') || 'any')
      writing.refuse(`/${name}/${i}`, 'does-not-fit', `The provider has ${all.length} places: ${places.join(', ')}.`)
    }
    for (const position of free) for (const part of position.live) part.clear(body, writing)
  }
  return {
    name,
    reads: all.flatMap(m => m.reads),
    writes: all.flatMap(m => m.writes),
    into(source, out, bad) {
      let list: Element[] | undefined
      for (const position of all) {
        const row = position.read(source, under(name, bad))
        if (!row) continue
        if (list) list.push(row)
        else list = [row]
      }
      if (list) out[name] = list
    },
    set: (body, value, { writing }) => write(body, value as Element[], writing),
    clear: (body, writing) => write(body, [], writing),
    can: canOf(spec),
    byHook: () => false,
  }
}

/** A list of theirs, element by element; a pick at its end reads only those elements and keeps the others. */
export function compileEach(name: string, spec: EachRow, field: RowsField | undefined, at: Compiling): Row {
  const path = pathAt(spec.each, down(at.pointer, 'each'), at.report)
  const tail = path.at(-1)?.pick === undefined ? undefined : (path.at(-1) as { pick: string; is: string })
  const base = tail ? path.slice(0, -1) : path
  const get = getter(base)
  const item =
    spec.item === undefined ? undefined : compileRow(name, spec.item === '' ? { at: '' } : spec.item, 'text', at)
  const members =
    item || !field ? undefined : compileMembers(spec.row ?? {}, field, { ...at, pointer: down(at.pointer, 'row') })
  if (!item && !members) at.report(at.pointer, 'an `each` of a list of texts needs `item`, any other needs `row`')
  const primary = spec.primary === undefined ? undefined : pathAt(spec.primary, down(at.pointer, 'primary'), at.report)
  const isPrimary = primary && getter(primary)
  const mine = (element: unknown): boolean =>
    element != null && (!tail || (isObject(element) && String(element[tail.pick]) === tail.is))
  const keyRow = spec.key === undefined ? undefined : members?.live.find(row => row.name === spec.key)
  if (spec.key !== undefined && !keyRow) at.report(down(at.pointer, 'key'), `no member "${spec.key}" in the row`)
  const keyOf = keyRow && getter(keyRow.reads[0]!)

  const readOne = (element: unknown, bad: Bad): unknown => {
    if (members) return members.read(element, under(name, bad))
    const out: Element = {}
    item!.into(element, out, bad)
    return out[name]
  }
  const write = (body: Element, rows: readonly unknown[], writing: Writing): void => {
    const before = get(body)
    const there: unknown[] = Array.isArray(before) ? before : []
    const own = there.filter(mine)
    const others = there.filter(element => !mine(element))
    const byKey = new Map(keyOf ? own.map(element => [String(keyOf(element)), element as Element]) : [])
    const old = members
      ? own.map(element => ({ element: element as Element, same: print(members.read(element, () => {})) }))
      : []
    // Equal elements first: an element of theirs becomes one of ours at most, also where keys repeat.
    const used = new Set<Element>()
    const equals = rows.map(row => {
      const equal = members ? old.find(o => !used.has(o.element) && o.same === print(row)) : undefined
      if (equal) used.add(equal.element)
      return equal?.element
    })
    const made = rows.map((row, i) => {
      if (item && item.writes[0]?.length === 0) return row
      const equal = equals[i]
      if (equal) {
        if (primary) put(equal, primary, i === 0)
        return equal
      }
      const keyed = keyRow ? byKey.get(String((row as Element)[keyRow.name])) : undefined
      const known = keyed && !used.has(keyed) ? keyed : undefined
      const element: Element = known ?? (tail ? { [tail.pick]: tail.is } : {})
      used.add(element)
      const inner: Writing = { ...writing, verb: known ? 'update' : 'create' }
      if (item) item.set(element, row, { writing: inner, at: `/${name}/${i}`, siblings: {} })
      else members!.write(element, row as Element, inner, `/${name}/${i}`)
      if (primary) put(element, primary, i === 0)
      return element
    })
    if (made.length > 0 || writing.verb === 'update') put(body, base, [...made, ...others])
  }
  const own = [...((item ?? members)?.reads ?? []), ...(primary ? [primary] : [])]
  const inside = own.map((read): Path => [...base, { key: 0 }, ...read])
  return {
    name,
    reads: inside.length > 0 ? inside : [base],
    writes: [base],
    into(source, out, bad) {
      const list = get(source)
      if (list == null || list === '') return
      if (!Array.isArray(list)) return bad(name, list)
      const rows: unknown[] = []
      for (const element of list) {
        if (!mine(element)) continue
        if (members && !isObject(element)) {
          bad(name, element)
          continue
        }
        const row = readOne(element, bad)
        if (row === undefined) continue
        if (isPrimary?.(element) === true) rows.unshift(row)
        else rows.push(row)
      }
      if (rows.length > 0) out[name] = rows
    },
    set: (body, value, { writing }) => write(body, value as unknown[], writing),
    clear: (body, writing) => write(body, [], writing),
    can: canOf(spec),
    byHook: () => false,
  }
}

const print = (row: unknown): string =>
  JSON.stringify(
    Object.entries((row ?? {}) as Element)
      .filter(([, value]) => !isNothing(value))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

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
      const kept = Object.entries(value).filter(([, v]) => !isNothing(v))
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
