import { isObject } from '../path.ts'

/** Where two JSON values differ, as sentences; `*` among the expected stands for any text. With `partly`, further members are allowed. */
export function differences(expected: unknown, actual: unknown, at = '', partly = false): string[] {
  if (expected === '*' && typeof actual === 'string' && actual !== '') return []
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length =
      expected.length === actual.length
        ? []
        : [`${at || '/'}: ${expected.length} elements expected, ${actual.length} found`]
    return [
      ...length,
      ...expected.flatMap((e, i) => (i < actual.length ? differences(e, actual[i], `${at}/${i}`, partly) : [])),
    ]
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = new Set([...Object.keys(expected), ...(partly ? [] : Object.keys(actual))])
    return [...keys].flatMap(key =>
      key in expected && key in actual
        ? differences(expected[key], actual[key], `${at}/${key}`, partly)
        : [
            `${at}/${key}: ${key in expected ? `expected ${JSON.stringify(expected[key])}, missing` : `not expected: ${JSON.stringify(actual[key])}`}`,
          ],
    )
  }
  return Object.is(expected, actual)
    ? []
    : [`${at || '/'}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`]
}
