const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const CHECKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
/** The part of an id that names the instance, between the object's prefix and the number. */
const INSTANCE = 'Sb0'

/** One character says which of five are upper case, so that the whole can be compared without regard to case. */
const check = (five: string): string =>
  CHECKS[[...five].reduce((bits, char, i) => bits + (/[A-Z]/.test(char) ? 2 ** i : 0), 0)] ?? ''

const withChecks = (id: string): string => id + [0, 5, 10].map(from => check(id.slice(from, from + 5))).join('')

function numeral(value: number): string {
  const last = DIGITS[value % DIGITS.length] ?? ''
  return value < DIGITS.length ? last : numeral(Math.floor(value / DIGITS.length)) + last
}

/** The 18 characters of the nth id of an object: `idOf('003', 1)` is `003Sb0000000001IAA`. Later ids sort after. */
export const idOf = (prefix: string, n: number): string =>
  withChecks(prefix + INSTANCE + numeral(n).padStart(9, DIGITS[0]))

/** The 18 characters of an id that is given with 15 or 18; nothing for what cannot be an id. */
export function readId(text: string): string | undefined {
  if (!/^[0-9A-Za-z]{15}([A-Z0-5]{3})?$/.test(text)) return undefined
  const id = withChecks(text.slice(0, 15))
  return text.length === 15 || text === id ? id : undefined
}
