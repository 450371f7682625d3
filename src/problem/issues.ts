import type { Fault } from './index.ts'
import { pointerTo } from './pointer.ts'

/** What zod reports of one value; members that only some codes have are optional here. */
interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

/** Faults that are told apart. A body of 10 MiB can have a million, and to name them all would stop the process. */
const TOLD = 1_000

/**
 * zod's issues as faults with JSON pointers below `under` (`/query`, or empty for a body), the first thousand. zod names
 * all unknown keys of an object in one issue; here each is a fault of its own.
 */
export function faultsOfIssues(issues: readonly Issue[], under = ''): Fault[] {
  const faults: Fault[] = []
  for (const { code, path, message, keys } of issues) {
    if (faults.length >= TOLD) break
    if (code !== 'unrecognized_keys' || !keys) faults.push({ pointer: under + pointerTo(path), code, detail: message })
    else
      for (const key of keys.slice(0, TOLD - faults.length))
        faults.push({ pointer: under + pointerTo([...path, key]), code: 'unknown', detail: 'There is no such member.' })
  }
  return faults
}
