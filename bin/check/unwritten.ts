// What `new provider` leaves for a person, and how the check finds it again.
import type { FileFault, Folder } from '../../src/mapping/check/index.ts'
import { isObject } from '../../src/mapping/path.ts'
import { down } from '../../src/problem/pointer.ts'

/** Stands for a value that a person writes; `TODO: …` says which. */
export const TODO = 'TODO'
const MARK = /^TODO(?:: (.*))?$/s

function marksIn(value: unknown, pointer = ''): { pointer: string; asks: string | undefined }[] {
  if (typeof value === 'string') {
    const match = MARK.exec(value)
    return match ? [{ pointer, asks: match[1] }] : []
  }
  if (Array.isArray(value)) return value.flatMap((inner, i) => marksIn(inner, down(pointer, i)))
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => marksIn(inner, down(pointer, key))) : []
}

/** Everything in a provider's folder that is still to be written, as faults of the check. */
export function unwrittenIn({ id, provider, models, fixtures }: Folder): FileFault[] {
  const files: [string, unknown][] = [
    ['provider.json', provider],
    ...Object.entries(models).map(([name, file]): [string, unknown] => [`${name}.json`, file]),
    ...Object.entries(fixtures).map(([name, file]): [string, unknown] => [`fixtures/${name}`, file]),
  ]
  return files.flatMap(([file, content]) =>
    marksIn(content).map(({ pointer, asks }) => ({
      file: `${id}/${file}`,
      pointer,
      kind: 'unwritten' as const,
      message: `still to be written by hand${asks === undefined ? '' : `: ${asks}`}`,
    })),
  )
}
