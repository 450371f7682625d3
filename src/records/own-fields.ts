import { type Caller, placeholdersOf, sendJson } from '../backends/index.ts'
import type { CustomField } from '../mapping/describe.ts'
import type { PageState } from '../mapping/paging.ts'
import { isObject } from '../mapping/path.ts'
import type { Field } from '../models/index.ts'
import { done, type Outcome } from '../problem/index.ts'
import type { OpenedConnection } from '../store/index.ts'
import { type RecordContext, type RecordServices, resolve } from './resolve.ts'

/** A field of the model, and what this connection can do with it. */
export interface OwnField {
  readonly name: string
  readonly type: Field['type']
  readonly about: string
  readonly options?: readonly string[]
  readonly read: boolean
  readonly create: boolean
  readonly update: boolean
  /** Whether the provider requires it on create. */
  readonly required: boolean
  /** Why the provider does not have it. */
  readonly absent?: string
}
export interface Fields {
  readonly fields: readonly OwnField[]
  /** The customer's own fields; `mapped_as` is the name that `field_mappings` gives one. */
  readonly custom_fields: readonly (CustomField & { readonly mapped_as: string | null })[]
}

/** Milliseconds for which a connection's own fields are remembered, as a form in a browser asks for them often. */
const MAX_AGE = 300_000
/** Pages that are read at most of the provider's list of fields. */
const MAX_PAGES = 25
const remembered = new WeakMap<OpenedConnection, Map<string, { until: number; fields: readonly CustomField[] }>>()

/** Lists the fields of a model for a connection: those of the model, and the customer's own at the provider. */
export async function listFields(services: RecordServices, caller: Caller, model: string): Promise<Outcome<Fields>> {
  const resolved = resolve(services, caller, model)
  const context = resolved instanceof Promise ? await resolved : resolved
  if (!context.ok) return context
  const customs = await customFields(services, context.value)
  if (!customs.ok) return customs
  const { table } = context.value.mapping
  const names = new Map(table.rows.flatMap(row => row.reads.map(() => [pathText(row.spec), row.field] as const)))
  return done({
    fields: ownFields(context.value),
    custom_fields: customs.value.map(field => ({ ...field, mapped_as: names.get(field.path) ?? null })),
  })
}

/** The path that a row of the field table reads. */
const pathText = (spec: unknown): string =>
  typeof spec === 'string' ? spec : isObject(spec) ? String(spec.at ?? spec.read ?? '') : ''

function ownFields({ mapping: { model, table, file, verbs } }: RecordContext): OwnField[] {
  return Object.entries(model.fields).map(([name, field]): OwnField => {
    const row = table.byField.get(name)
    const customs = name === 'custom_fields' ? table.rows.filter(r => r.custom !== undefined) : []
    const all = [...(row ? [row] : []), ...customs]
    const joined = table.rows.some(r => r.composeFrom.includes(name))
    const writes = (verb: 'create' | 'update') => verbs[verb] !== undefined && (joined || all.some(r => r.can(verb)))
    const absent = all.length === 0 ? file.absent?.[name] : undefined
    return {
      name,
      type: field.type,
      about: field.description,
      ...('options' in field && field.options && { options: field.options }),
      read: all.some(r => r.reads.length > 0),
      create: writes('create'),
      update: writes('update'),
      required: file.required?.includes(name) === true,
      ...(absent !== undefined && { absent }),
    }
  })
}

async function customFields(
  services: RecordServices,
  context: RecordContext,
): Promise<Outcome<readonly CustomField[]>> {
  const { connection, mapping } = context
  const { describe } = mapping
  if (!describe) return done([])
  const own = remembered.get(connection) ?? new Map()
  remembered.set(connection, own)
  const known = own.get(mapping.model.name)
  if (known && known.until > services.now()) return done(known.fields)
  const fields: CustomField[] = []
  let state: PageState | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const plan = describe.plan({ ...placeholdersOf(context), state })
    if ('refused' in plan) return { ok: false, failure: plan.refused }
    const sent = await sendJson(services, context, plan.request, true)
    if ('failure' in sent) return { ok: false, failure: sent.failure }
    const read = describe.read(sent.response, state)
    if ('refused' in read) return { ok: false, failure: read.refused }
    fields.push(...read.fields)
    state = read.next
    if (!state) break
  }
  own.set(mapping.model.name, { until: services.now() + MAX_AGE, fields })
  return done(fields)
}
