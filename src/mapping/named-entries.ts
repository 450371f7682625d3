import { down } from '../problem/pointer.ts'
import { isObject } from './path.ts'
import type { ListRequest, ModelFile } from './schema/index.ts'

/** A filter or sort of a list request: only named, or written out. */
interface Named<T> {
  readonly name: string
  readonly written: T | undefined
  /** Where it stands in the file. */
  readonly at: string
}
type Names<T> = Readonly<Record<string, T>> | readonly (string | Readonly<Record<string, T>>)[]

/** Names and what is written out, in the order of the file. */
export function entriesOf<T>(given: Names<T>, at: string): Named<T>[] {
  const written = (all: Readonly<Record<string, T>>, under: string): Named<T>[] =>
    Object.entries(all).map(([name, one]) => ({ name, written: one, at: down(under, name) }))
  if (!isList(given)) return written(given, at)
  return given.flatMap((one, i) =>
    typeof one === 'string' ? [{ name: one, written: undefined, at: down(at, i) }] : written(one, down(at, i)),
  )
}
const isList = <T>(given: Names<T>): given is readonly (string | Readonly<Record<string, T>>)[] => Array.isArray(given)

/**
 * Where a fault of the expanded file stands in the file itself: `/list/0/filters/email` is `/list/0/filters/2` where the
 * filters are only named.
 */
export function sourcePointer(file: ModelFile, pointer: string): string {
  const match = /^(\/list(?:\/\d+)?)\/(filters|sorts)\/([^/]+)(.*)$/.exec(pointer)
  if (!match) return pointer
  const [, list = '', kind, name, rest = ''] = match
  const index = list.split('/')[2]
  const one = index === undefined ? file.list : Array.isArray(file.list) ? file.list[Number(index)] : undefined
  const given = isObject(one) ? (one as ListRequest)[kind as 'filters' | 'sorts'] : undefined
  const found = given && entriesOf<unknown>(given, `${list}/${kind}`).find(entry => entry.name === name)
  return found ? found.at + (found.written === undefined ? '' : rest) : pointer
}
