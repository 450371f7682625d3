import type { RowsField } from '../models/index.ts'
import { down } from '../problem/pointer.ts'
import { canOf, type Element, under } from './list-row.ts'
import { compileMembers, type Members } from './members.ts'
import { isNothing } from './path.ts'
import type { Compiling, Row, Writing } from './row.ts'
import type { PositionsRow } from './schema/index.ts'

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
