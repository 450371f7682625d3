import { unsoundInProviders } from '../models/unsound.ts'
import type { Unified } from './read.ts'
import { note, type Warning } from './warnings.ts'

/** Adds the provider's own record to ours, for `raw=true`; what cannot be answered as it is is a warning. */
export function addRaw(unified: Unified, record: unknown, warnings: Warning[]): void {
  const unsound = unsoundInProviders(record)
  if (!unsound) unified.raw = record
  else
    note(warnings, {
      ...(typeof unified.id === 'string' && { record: unified.id }),
      field: 'raw',
      code: 'unreadable',
      detail: `The provider’s record cannot be answered as it is. ${unsound.detail}`,
    })
}
