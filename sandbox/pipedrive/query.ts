import type { Context } from 'hono'
import { invalid } from './errors.ts'
import { millisOf } from './instant.ts'

export type Reader<T> = (text: string, name: string) => T
type Readers = Record<string, Reader<unknown>>

export const text: Reader<string> = given => given

export const integer: Reader<number> = (given, name) =>
  /^\d{1,15}$/.test(given) ? Number(given) : invalid(`${name}: must be an integer`)

export const flag: Reader<boolean> = (given, name) =>
  given === 'true' || given === 'false' ? given === 'true' : invalid(`${name}: must be true or false`)

export const time: Reader<number> = (given, name) => {
  const millis = millisOf(given)
  return Number.isNaN(millis) ? invalid(`${name}: must be a time in RFC3339 format`) : millis
}

export const oneOf =
  <T extends string>(...allowed: readonly T[]): Reader<T> =>
  (given, name) =>
    allowed.find(one => one === given) ?? invalid(`${name}: must be one of ${allowed.join(', ')}`)

/** A comma separated list of at most `max` entries. */
export const list =
  <T>(entry: Reader<T>, max = Number.POSITIVE_INFINITY): Reader<T[]> =>
  (given, name) => {
    const entries = given.split(',').map(part => part.trim())
    if (entries.length > max) return invalid(`${name}: a maximum of ${max} is allowed`)
    return entries.map(part => entry(part, name))
  }

/** The query by its declared parameters; one that is not declared is refused. */
export function readQuery<T extends Readers>(
  c: Context,
  readers: T,
): { [K in keyof T]?: ReturnType<T[K]> | undefined } {
  const given = c.req.query()
  for (const name of Object.keys(given)) if (!Object.hasOwn(readers, name)) invalid(`${name}: is not allowed`)
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, readers[name]?.(value, name)]),
  ) as ReturnType<typeof readQuery<T>>
}

/** The id of a path. */
export const readId = (c: Context): number => integer(c.req.param('id') ?? '', 'id')
