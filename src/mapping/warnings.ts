/** Something about one record that the caller should know; the record is answered all the same. */
export interface Warning {
  /** Id of the record, where it has one. */
  readonly record?: string
  /** The field, with dots below it: `phone_numbers.0.type`. */
  readonly field: string
  readonly code: string
  readonly detail: string
  /** The provider's value, where it is short. */
  readonly raw?: unknown
}

/** Warnings of one answer, at most: a page may give cause for millions. One more says how many are left out. */
const MOST = 100
const COUNT: unique symbol = Symbol('warnings that are left out')
interface LeftOut extends Warning {
  [COUNT]: number
}
const leftOut = (): LeftOut => ({
  [COUNT]: 0,
  field: '',
  code: 'more-warnings',
  // Made when it is read, as the number grows until then.
  get detail() {
    return `${this[COUNT]} more warnings are left out.`
  },
})

/** Adds a warning to those of an answer, or counts it where there are enough. */
export function note(warnings: Warning[], warning: Warning): void {
  if (warnings.length < MOST) {
    warnings.push(warning)
    return
  }
  const last = warnings.at(-1)
  const rest = last && COUNT in last ? (last as LeftOut) : leftOut()
  if (rest[COUNT]++ === 0) warnings.push(rest)
}
