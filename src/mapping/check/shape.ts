import type { z } from 'zod'
import { pointerTo } from '../../problem/pointer.ts'
import { isObject } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import { rowSchemaOf } from '../schema/index.ts'

interface Issue {
  readonly code: string
  readonly message: string
  readonly path: readonly PropertyKey[]
  readonly keys?: readonly string[]
  readonly errors?: readonly (readonly Issue[])[]
}
const at = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root)

/** The names that a closed object knows, found by asking it: zod keeps them in its shape. */
function knownKeys(schema: unknown, path: readonly PropertyKey[]): string[] {
  let here = schema as
    | {
        shape?: Record<string, unknown>
        def?: { innerType?: unknown; options?: unknown[]; element?: unknown; valueType?: unknown }
      }
    | undefined
  const steps = [...path]
  for (;;) {
    if (!here) return []
    if (here.def?.innerType) here = here.def.innerType as typeof here
    else if (here.def?.options) {
      const all = here.def.options.map(option => knownKeys(option, steps))
      return all.sort((a, b) => b.length - a.length)[0] ?? []
    } else if (here.shape) {
      if (steps.length === 0) return Object.keys(here.shape)
      here = here.shape[String(steps.shift())] as typeof here
    } else if (steps.length > 0 && (here.def?.element || here.def?.valueType)) {
      steps.shift()
      here = (here.def.element ?? here.def.valueType) as typeof here
    } else return []
  }
}

/** Of a union's branches, the one that was meant: it fails deepest, and by the fewest faults. */
function meant(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) => issues.reduce((deepest, { path }) => Math.max(deepest, path.length), 0)
  const isType = (issues: readonly Issue[]) =>
    issues.length === 1 && issues[0]!.code === 'invalid_type' && issues[0]!.path.length === 0
  const serious = branches.filter(issues => !isType(issues))
  return (
    [...(serious.length > 0 ? serious : branches)].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? []
  )
}

/** What is checked, and where faults go. */
interface Shape {
  readonly root: unknown
  readonly schema: z.ZodType
  readonly report: Report
}

function tell(issue: Issue, base: readonly PropertyKey[], shape: Shape): void {
  const { root, schema, report } = shape
  const path = [...base, ...issue.path]
  const isRow = path[0] === 'fields' && path.length === 2
  if (issue.code === 'invalid_union' && isRow)
    return checkShape(at(root, path), rowSchemaOf(at(root, path)), (p, m) => report(pointerTo(path) + p, m))
  if (issue.code === 'invalid_union' && issue.errors?.length) {
    for (const inner of meant(issue.errors)) tell(inner, path, shape)
    return
  }
  if (issue.code === 'unrecognized_keys' && issue.keys) {
    const known = knownKeys(schema, path)
    for (const key of issue.keys) report(pointerTo([...path, key]), `no key "${key}" here; ${nearest(key, known)}`)
    return
  }
  report(pointerTo(path), issue.message)
}

/** Reports each fault of a file against its schema: every object is closed, and a wrong name gets the nearest right one. */
export function checkShape(file: unknown, schema: z.ZodType, report: Report): void {
  const result = schema.safeParse(file)
  if (result.success) return
  for (const issue of result.error.issues)
    tell(issue as unknown as Issue, [], { root: isObject(file) || Array.isArray(file) ? file : {}, schema, report })
}
