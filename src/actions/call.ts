import type { Unified, Warning } from '../mapping/read.ts'
import type { Model } from '../models/index.ts'
import { done, type Fault, fail, type Outcome } from '../problem/index.ts'

/** What a caller asks of a list, as it came. */
export interface ListQuery {
  readonly filters: Readonly<Record<string, string>>
  readonly sort?: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
  readonly fields?: readonly string[] | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly raw: boolean
}
interface One {
  readonly fields?: readonly string[] | undefined
  readonly raw: boolean
}
/** One call of a verb on a model. */
export type Call =
  | { readonly verb: 'list'; readonly query: ListQuery }
  | ({ readonly verb: 'get'; readonly id: string } & One)
  | ({ readonly verb: 'create'; readonly input: Unified } & Write)
  | ({ readonly verb: 'update'; readonly id: string; readonly input: Unified } & Write)
  | { readonly verb: 'delete'; readonly id: string }
interface Write {
  readonly passThrough?: Readonly<Record<string, unknown>> | undefined
  readonly idempotencyKey?: string | undefined
}

export type Result =
  | { readonly data: Unified[]; readonly next_cursor: string | null; readonly warnings: readonly Warning[] }
  | { readonly data: Unified; readonly warnings: readonly Warning[] }
  | { readonly data: null; readonly means: string; readonly warnings: readonly Warning[] }

/** The names in `fields`, each of them the model's: `title`, `emails.email`, `custom_fields.tier`. */
export function checkFields(model: Model, fields: readonly string[] | undefined): Outcome<undefined> {
  const faults = (fields ?? []).flatMap((name): Fault[] => {
    const [top = '', ...rest] = name.split('.')
    const field = Object.hasOwn(model.fields, top) ? model.fields[top] : undefined
    const member = rest.join('.')
    const known =
      field !== undefined &&
      (member === ''
        ? rest.length === 0
        : field.type === 'map' || (field.type === 'rows' && Object.hasOwn(field.members, member)))
    if (known) return []
    const names =
      field?.type === 'rows' ? Object.keys(field.members).map(m => `${top}.${m}`) : Object.keys(model.fields)
    return [
      {
        pointer: '/query/fields',
        code: 'unsupported-field',
        detail: `There is no "${name}"; there is ${names.join(', ')}.`,
      },
    ]
  })
  return faults.length > 0 ? fail('unsupported-field', { detail: faults[0]!.detail, errors: faults }) : done(undefined)
}
