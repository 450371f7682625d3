import type { Scalar } from '../models/index.ts'
import { BAD, minorUnits, type Spelling, spellings, Unfit } from './convert.ts'
import { down, nearest, type Report } from './fault.ts'
import { compileFill, DROP, type Fill, type Slots } from './fill.ts'
import { entry, getter, isNothing, isObject, merge, type Path, parsePath, put } from './path.ts'
import type { ValueRow } from './schema.ts'

export type WriteVerb = 'create' | 'update'

/** What a write tells its rows, and what they tell it. */
export interface Writing {
  readonly verb: WriteVerb
  /** What the provider wants for "nothing". */
  readonly clears: unknown
  /** The provider's own record, where it was fetched first. */
  readonly current?: unknown
  /** The write cannot be made so: which field, which rule, what would be accepted. */
  refuse(pointer: string, code: string, detail: string): void
  /** The write is made, but something is kept otherwise than sent. */
  warn(pointer: string, code: string, detail: string): void
}
/** Says that a value is there and cannot be read. */
export type Bad = (field: string, raw: unknown) => void
export type Into = (source: unknown, out: Record<string, unknown>, bad: Bad) => void

/** A row of the field table, compiled for both directions. */
export interface Row {
  readonly name: string
  readonly reads: readonly Path[]
  readonly writes: readonly Path[]
  readonly into: Into
  set(
    body: Record<string, unknown>,
    value: unknown,
    writing: Writing,
    at: string,
    siblings: Record<string, unknown>,
  ): void
  clear(body: Record<string, unknown>, writing: Writing): void
  can(verb: WriteVerb): boolean
  /** Whether a call that holds this field goes to the action function. */
  byAction(verb: WriteVerb): boolean
  /** Set on a text that stands one or two keys deep: read in groups, without a call for each. */
  readonly plain?: readonly string[]
  /** The constant, for a row that is only one. */
  readonly is?: string
  /** Where the currency stands that an amount in minor units needs: such a row is written after it. */
  readonly currency?: Path
}

interface Aim {
  readonly target: unknown
  readonly path: Path | undefined
  readonly template: Fill | undefined
}
export interface Compiling {
  readonly pointer: string
  readonly report: Report
}

export const pathAt = (text: string, pointer: string, report: Report): Path => {
  const path = parsePath(text)
  if (!path) report(pointer, `not a path: ${text}`)
  return path ?? []
}

function aimOf(spec: ValueRow, verb: WriteVerb, type: string, { pointer, report }: Compiling): Aim {
  const own = spec[verb] !== undefined ? spec[verb] : spec.write !== undefined ? spec.write : undefined
  const target = own !== undefined ? own : (spec.at ?? (typeof spec.read === 'string' ? spec.read : undefined))
  const where = down(pointer, spec[verb] !== undefined ? verb : 'write')
  const isTemplate = isObject(target) && !('by' in target)
  const hasSlot = typeof target === 'string' && target.includes('{value')
  return {
    target,
    path: typeof target === 'string' && !hasSlot ? pathAt(target, where, report) : undefined,
    template: isTemplate || hasSlot ? compileFill(target, where, { place: 'body', type, report }) : undefined,
  }
}

function spellingOf(spec: ValueRow, type: Scalar | 'list', { pointer, report }: Compiling): Spelling {
  if (isObject(spec.as)) return spellings.number['']!
  const found = entry(spellings[type], spec.as ?? '')
  if (!found) {
    const names = Object.keys(spellings[type]).filter(Boolean)
    report(down(pointer, 'as'), `no spelling "${spec.as}" of ${type}; ${nearest(String(spec.as), names)}`)
  }
  return found ?? spellings[type]['']!
}

/** How a row gets at theirs: one path, several of which the first present wins, or several joined as one text. */
function rawOf(spec: ValueRow, gets: readonly ((s: unknown) => unknown)[]): (source: unknown) => unknown {
  const [get] = gets
  if (spec.join) {
    const between = spec.with ?? ' '
    return source => {
      const parts = gets.map(g => g(source)).filter(v => !isNothing(v))
      // A part that is no text makes the whole unreadable; it is handed on, so that this is told.
      const odd = parts.find(v => typeof v === 'object')
      if (odd !== undefined) return odd
      return parts.length > 0 ? parts.join(between) : undefined
    }
  }
  if (gets.length === 1) return get!
  return source => {
    for (const g of gets) {
      const value = g(source)
      if (!isNothing(value)) return value
    }
    return undefined
  }
}

/** Theirs → ours, by the value and by its text: `true` and `"true"` are one. */
function listOf(options: NonNullable<ValueRow['enum']>): (theirs: unknown) => string | undefined {
  const byText = new Map<string, string>()
  for (const [ours, theirs] of Object.entries(options))
    for (const one of [theirs].flat()) if (!byText.has(String(one))) byText.set(String(one), ours)
  return theirs => (typeof theirs === 'object' ? undefined : byText.get(String(theirs)))
}

function readingOf(
  name: string,
  spec: ValueRow,
  type: Scalar | 'list',
  raw: (s: unknown) => unknown,
  spelling: Spelling,
  money: ((s: unknown) => unknown) | undefined,
): Into {
  if (spec.enum) {
    const ours = listOf(spec.enum)
    return (source, out, bad) => {
      const value = raw(source)
      if (value == null || value === '') return
      if (typeof value === 'object') return bad(name, value)
      const found = ours(value)
      out[name] = found ?? 'other'
      if (found === undefined) out[`${name}_raw`] = String(value)
    }
  }
  if (type === 'text' && !spec.as)
    return (source, out, bad) => {
      const value = raw(source)
      if (typeof value === 'string') {
        if (value !== '') out[name] = value
      } else if (value != null) {
        const text = spelling.read(value)
        if (text === BAD) bad(name, value)
        else out[name] = text
      }
    }
  return (source, out, bad) => {
    const value = raw(source)
    if (value == null || value === '') return
    const ours = spelling.read(value)
    if (ours === BAD) bad(name, value)
    else if (ours !== undefined) out[name] = money ? (ours as number) / minorUnits(money(source)) : ours
  }
}

/** Rows as they are written: amounts in minor units after the currency that they need. */
export const currencyFirst = <T extends Row>(rows: readonly T[]): T[] => [
  ...rows.filter(row => !row.currency),
  ...rows.filter(row => row.currency),
]

/** Compiles a value row. `name` is the field or member, `type` its type in the model. */
export function compileRow(name: string, given: string | ValueRow, type: Scalar | 'list', at: Compiling): Row {
  const spec: ValueRow = typeof given === 'string' ? { at: given } : given
  if (spec.is !== undefined) return constant(name, spec.is)
  const { pointer, report } = at
  const sources = spec.join ?? [spec.read ?? spec.at ?? []].flat()
  const reads = sources.map(text => pathAt(text, pointer, report))
  const aims = { create: aimOf(spec, 'create', type, at), update: aimOf(spec, 'update', type, at) }
  if (reads.length === 0 && aims.create.target === undefined)
    report(pointer, 'the row says neither where it is read nor where it is written')
  const raw = rawOf(spec, reads.map(getter))
  const currency = isObject(spec.as) ? pathAt(String(spec.as.minor), down(pointer, 'as'), report) : undefined
  const money = currency && getter(currency)
  const spelling = spellingOf(spec, type, at)
  const there = aims.update.path
  const keys = reads.length === 1 ? reads[0]!.map(step => step.key) : []
  const isPlain =
    type === 'text' &&
    !spec.as &&
    !spec.enum &&
    !spec.join &&
    keys.length >= 1 &&
    keys.length <= 2 &&
    keys.every(k => typeof k === 'string')
  const clearing = clearOf(spec, there, reads, at)
  return {
    name,
    reads: currency ? [...reads, currency] : reads,
    writes: there ? [there] : [],
    into: reads.length === 0 ? () => {} : readingOf(name, spec, type, raw, spelling, money),
    clear: clearing,
    set(body, value, writing, pointerOf, siblings) {
      const spelled = spell(name, spec, spelling, value, writing, pointerOf, siblings)
      if (spelled === DROP) return
      let theirs = spelled
      if (money) {
        const code = money(body) ?? money(writing.current)
        if (isNothing(code)) return writing.refuse(pointerOf, 'invalid', 'an amount needs its currency beside it')
        theirs = Math.round((spelled as number) * minorUnits(code))
      }
      if (spec.join && writing.verb === 'update')
        for (const read of reads) put(body, read, spec.clears ?? writing.clears ?? null)
      const { path, template } = aims[writing.verb]
      if (path) return put(body, path, theirs)
      if (!template) return
      const slots: Slots = { value: theirs }
      const made = template(slots)
      if (slots.unfit) writing.refuse(pointerOf, 'invalid', `Write ${slots.unfit.wants}.`)
      else if (made !== DROP) Object.assign(body, merge(body, made))
    },
    can: verb => aims[verb].target !== undefined && aims[verb].target !== false,
    byAction: verb => isObject(aims[verb].target) && aims[verb].target.by === 'action',
    ...(isPlain && { plain: keys as string[] }),
    ...(currency && { currency }),
  }
}

const constant = (name: string, is: string): Row => ({
  name,
  is,
  reads: [],
  writes: [],
  into: () => {},
  set: () => {},
  clear: () => {},
  can: () => false,
  byAction: () => false,
})

/** Ours as theirs, or DROP when it was refused. */
function spell(
  name: string,
  spec: ValueRow,
  spelling: Spelling,
  value: unknown,
  writing: Writing,
  at: string,
  siblings: Record<string, unknown>,
): unknown {
  if (spec.enum) {
    const own = Object.hasOwn(spec.enum, String(value)) ? [spec.enum[String(value)]].flat()[0] : undefined
    const given = value === 'other' ? (siblings[`${name}_raw`] ?? own) : own
    if (given !== undefined) return given
    writing.refuse(at, 'value-not-supported', `Write one of ${Object.keys(spec.enum).join(', ')}.`)
    return DROP
  }
  const theirs = spelling.write(value as never)
  if (!(theirs instanceof Unfit)) return theirs
  writing.refuse(at, 'invalid', `Write ${theirs.wants}.`)
  return DROP
}

/** How a row is emptied on update, by `clear`, `clears` or the provider's way. */
function clearOf(
  spec: ValueRow,
  there: Path | undefined,
  reads: readonly Path[],
  { pointer, report }: Compiling,
): Row['clear'] {
  const elsewhere = typeof spec.clear === 'string' ? pathAt(spec.clear, down(pointer, 'clear'), report) : undefined
  const target = elsewhere ?? there
  // A list that is put whole: the list stands before the first index or pick.
  const cut = there
    ? there.findIndex((step, i) => step.pick !== undefined || (i > 0 && typeof step.key === 'number'))
    : -1
  return (body, writing) => {
    if (writing.verb !== 'update') return
    if (isObject(spec.clear)) {
      Object.assign(body, merge(body, spec.clear))
      return
    }
    const clears = spec.clears !== undefined ? spec.clears : writing.clears
    if (Array.isArray(clears) && !elsewhere) {
      if (there) put(body, cut > 0 ? there.slice(0, cut) : there, [])
    } else if (target) put(body, target, clears)
    if (spec.join) for (const read of reads) put(body, read, clears)
  }
}
