import { getter, parsePath, put } from '../../src/mapping/path.ts'
import type { Condition, CustomType, DescribeRequest } from '../../src/mapping/schema/index.ts'

type Json = Record<string, unknown>

/** Makes a condition hold. */
function hold(element: Json, condition: Condition = {}): void {
  for (const [path, wanted] of Object.entries(condition)) {
    const [value] = [wanted].flat()
    put(element, parsePath(path) ?? [], value === '*' ? 'any' : value)
  }
}
/** Makes a condition fail, with a value that no condition asks for. */
function fail(element: Json, condition: Condition = {}): void {
  for (const [path, wanted] of Object.entries(condition)) {
    const at = parsePath(path) ?? []
    if (getter(at)(element) === undefined) put(element, at, wanted === true ? false : wanted === false ? true : null)
  }
}

/**
 * Fields as the provider describes them: one of the customer's own for each type that the mapping knows, of which the
 * last cannot be written, and one of the provider's, where a condition tells the two apart.
 */
export function describedFields(spec: DescribeRequest): Json[] {
  const make = (name: string, theirs: unknown, type?: CustomType): Json => {
    const element: Json = {}
    const set = (path: string | undefined, value: unknown) => {
      if (path !== undefined) put(element, parsePath(path) ?? [], value)
    }
    set(spec.name, name)
    set(spec.label, name.replaceAll('_', ' '))
    set(spec.type.at, theirs)
    const { options } = spec
    if (options && (type === 'select' || type === 'multiselect'))
      set(
        options.each,
        ['gold', 'silver'].map(value => {
          const option: Json = {}
          put(option, parsePath(options.value) ?? [], value)
          if (options.label !== undefined) put(option, parsePath(options.label) ?? [], `In ${value}`)
          return option
        }),
      )
    return element
  }
  const types = Object.entries(spec.type.enum) as [CustomType, string | string[]][]
  const own = types.map(([type, theirs], i) => {
    const element = make(`own_${type}`, [theirs].flat()[0], type)
    hold(element, spec.when)
    fail(element, spec.unless)
    if (i === types.length - 1) hold(element, spec.read_only)
    else fail(element, spec.read_only)
    return element
  })
  if (!spec.when && !spec.unless) return own
  const standard = make('standard', [types[0]?.[1]].flat()[0])
  hold(standard, spec.unless)
  if (!spec.unless) fail(standard, spec.when)
  return [standard, ...own]
}
