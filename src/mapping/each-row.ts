import type { RowsField } from '../models/index.ts'
import { down } from '../problem/pointer.ts'
import { canOf, type Element, under } from './list-row.ts'
import { compileMembers } from './members.ts'
import { getter, isNothing, isObject, type Path, put } from './path.ts'
import { type Bad, type Compiling, cutTo, MOST, pathAt, type Row, type Writing } from './row.ts'
import type { EachRow } from './schema/index.ts'
import { compileRow } from './value-row.ts'

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
    // Equal elements first: an element of theirs becomes one of ours at most, also where keys repeat.
    const used = new Set<Element>()
    const takeEqual = members && equalsOf(own as Element[], element => members.read(element, () => {}))
    const equals = rows.map(row => {
      const equal = takeEqual?.(row)
      if (equal) used.add(equal)
      return equal
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
      let count = 0
      for (const element of list) {
        if (!mine(element) || ++count > MOST) continue
        if (members && !isObject(element)) {
          bad(name, element)
          continue
        }
        const row = readOne(element, bad)
        if (row === undefined) continue
        if (isPrimary?.(element) === true) rows.unshift(row)
        else rows.push(row)
      }
      if (count > MOST) bad(name, undefined, cutTo(count))
      if (rows.length > 0) out[name] = rows
    },
    set: (body, value, { writing }) => write(body, value as unknown[], writing),
    clear: (body, writing) => write(body, [], writing),
    can: canOf(spec),
    byHook: () => false,
  }
}

/** Finds for each row of ours an element of theirs that reads the same, each of them once, the first of several first. */
function equalsOf(
  theirs: readonly Element[],
  read: (element: Element) => unknown,
): (row: unknown) => Element | undefined {
  const byPrint = new Map<string, Element[]>()
  for (const element of theirs.toReversed()) {
    const text = print(read(element))
    const same = byPrint.get(text)
    if (same) same.push(element)
    else byPrint.set(text, [element])
  }
  return row => byPrint.get(print(row))?.pop()
}

const print = (row: unknown): string =>
  JSON.stringify(
    Object.entries((row ?? {}) as Element)
      .filter(([, value]) => !isNothing(value))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
