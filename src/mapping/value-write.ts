import { down } from '../problem/pointer.ts'
import { type Codec, ConversionError } from './codecs.ts'
import { isObject, merge, type Path, put } from './path.ts'
import { type Compiling, pathAt, type Row, type WritePlace } from './row.ts'
import type { ValueRow } from './schema/index.ts'
import { OMIT } from './template.ts'

/** Values of ours that can be written: what stands for all others of theirs is none. */
const writable = (options: NonNullable<ValueRow['enum']>): string[] =>
  Object.keys(options).filter(name => [options[name]!].flat().some(one => one !== '*'))

/** What a value row needs to spell a value. */
export interface ValueCodec {
  readonly name: string
  readonly spec: ValueRow
  readonly codec: Codec
}

/** Ours as theirs, or OMIT when it was refused. */
export function encode({ name, spec, codec }: ValueCodec, value: unknown, place: WritePlace): unknown {
  const { writing, at, siblings } = place
  if (spec.enum) {
    const own = Object.hasOwn(spec.enum, String(value))
      ? [spec.enum[String(value)]].flat().find(one => one !== '*')
      : undefined
    const given = value === 'other' ? (siblings[`${name}_raw`] ?? own) : own
    if (given !== undefined) return given
    writing.refuse(at, 'value-not-supported', `Write one of ${writable(spec.enum).join(', ')}.`)
    return OMIT
  }
  const theirs = codec.write(value)
  if (!(theirs instanceof ConversionError)) return theirs
  writing.refuse(at, 'invalid', `Write ${theirs.wants}.`)
  return OMIT
}

/** How a row is emptied on update, by `clear`, `empty_value` or the provider's way. */
export function clearOf(
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
    const emptyValue = spec.empty_value !== undefined ? spec.empty_value : writing.emptyValue
    if (Array.isArray(emptyValue) && !elsewhere) {
      if (there) put(body, cut > 0 ? there.slice(0, cut) : there, [])
    } else if (target) put(body, target, emptyValue)
    if (spec.join) for (const read of reads) put(body, read, emptyValue)
  }
}
