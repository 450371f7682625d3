import type { Scalar } from '../models/index.ts'
import { down } from '../problem/pointer.ts'
import { type Codec, codecs, minorUnits } from './codecs.ts'
import { entry, getter, isNothing, isObject, merge, type Path, put } from './path.ts'
import { nearest } from './report.ts'
import { type Compiling, pathAt, type Row, type WriteVerb } from './row.ts'
import type { ValueRow } from './schema/index.ts'
import { compileFill, type Fill, OMIT, type Placeholders } from './template.ts'
import { rawOf, readingOf } from './value-read.ts'
import { clearOf, encode } from './value-write.ts'

interface Aim {
  readonly target: unknown
  readonly path: Path | undefined
  readonly template: Fill | undefined
}
function aimOf(spec: ValueRow, verb: WriteVerb, type: string, { pointer, report }: Compiling): Aim {
  const own = spec[verb] !== undefined ? spec[verb] : spec.write !== undefined ? spec.write : undefined
  const target = own !== undefined ? own : (spec.at ?? (typeof spec.read === 'string' ? spec.read : undefined))
  const where = down(pointer, spec[verb] !== undefined ? verb : 'write')
  const isTemplate = isObject(target) && !('by' in target)
  const hasPlaceholder = typeof target === 'string' && target.includes('{value')
  return {
    target,
    path: typeof target === 'string' && !hasPlaceholder ? pathAt(target, where, report) : undefined,
    template: isTemplate || hasPlaceholder ? compileFill(target, where, { place: 'body', type, report }) : undefined,
  }
}

function codecOf(spec: ValueRow, type: Scalar | 'list', { pointer, report }: Compiling): Codec {
  if (isObject(spec.format)) return codecs.number['']!
  const found = entry(codecs[type], spec.format ?? '')
  if (!found) {
    const names = Object.keys(codecs[type]).filter(Boolean)
    report(down(pointer, 'format'), `no format "${spec.format}" of ${type}; ${nearest(String(spec.format), names)}`)
  }
  return found ?? codecs[type]['']!
}

/** Compiles a value row. `name` is the field or member, `type` its type in the model. */
export function compileRow(name: string, given: string | ValueRow, type: Scalar | 'list', at: Compiling): Row {
  const spec: ValueRow = typeof given === 'string' ? { at: given } : given
  if (spec.const !== undefined) return constant(name, spec.const)
  const { pointer, report } = at
  const sources = spec.join ?? [spec.read ?? spec.at ?? []].flat()
  const reads = sources.map(text => pathAt(text, pointer, report))
  const aims = { create: aimOf(spec, 'create', type, at), update: aimOf(spec, 'update', type, at) }
  if (reads.length === 0 && aims.create.target === undefined)
    report(pointer, 'the row says neither where it is read nor where it is written')
  const raw = rawOf(spec, reads.map(getter))
  const currency = isObject(spec.format)
    ? pathAt(String(spec.format.minor), down(pointer, 'format'), report)
    : undefined
  const money = currency && getter(currency)
  const codec = codecOf(spec, type, at)
  const there = aims.update.path
  const keys = reads.length === 1 ? reads[0]!.map(step => step.key) : []
  const isPlain =
    type === 'text' &&
    !spec.format &&
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
    into: reads.length === 0 ? () => {} : readingOf({ name, spec, codec, type, raw, money }),
    clear: clearing,
    set(body, value, place) {
      const { writing, at: pointerOf } = place
      const encoded = encode({ name, spec, codec }, value, place)
      if (encoded === OMIT) return
      let theirs = encoded
      if (money) {
        const code = money(body) ?? money(writing.current)
        if (isNothing(code)) return writing.refuse(pointerOf, 'invalid', 'an amount needs its currency beside it')
        theirs = Math.round((encoded as number) * minorUnits(code))
      }
      if (spec.join && writing.verb === 'update')
        for (const read of reads) put(body, read, spec.empty_value ?? writing.emptyValue ?? null)
      const { path, template } = aims[writing.verb]
      if (path) return put(body, path, theirs)
      if (!template) return
      const values: Placeholders = { value: theirs }
      const made = template(values)
      if (values.unfilled) writing.refuse(pointerOf, 'invalid', `Write ${values.unfilled.wants}.`)
      else if (made !== OMIT) Object.assign(body, merge(body, made))
    },
    can: verb => aims[verb].target !== undefined && aims[verb].target !== false,
    byHook: verb => isObject(aims[verb].target) && aims[verb].target.by === 'hook',
    ...(isPlain && { plain: keys as string[] }),
    ...(currency && { currency }),
  }
}

const constant = (name: string, value: string): Row => ({
  name,
  const: value,
  reads: [],
  writes: [],
  into: () => {},
  set: () => {},
  clear: () => {},
  can: () => false,
  byHook: () => false,
})
