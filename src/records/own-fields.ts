import { type Caller, placeholdersOf, sendJson } from '../backends/index.ts'
import type { CustomField } from '../mapping/describe.ts'
import type { PageState } from '../mapping/paging.ts'
import { isObject } from '../mapping/path.ts'
import type { Warning } from '../mapping/warnings.ts'
import type { Field } from '../models/index.ts'
import { done, type Outcome } from '../problem/index.ts'
import type { OpenedConnection } from '../store/index.ts'
import { RecentlyUsed } from '../store/recently-used.ts'
import { type RecordContext, type RecordServices, resolve } from './resolve.ts'
import { reading } from './send-how.ts'
import { orTooDeep } from './too-deep.ts'

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
interface Customs {
  readonly fields: readonly CustomField[]
  /** Whether the provider has more than are read. */
  readonly isCut: boolean
}
export interface Fields {
  readonly fields: readonly OwnField[]
  /** The customer's own fields; `mapped_as` is the name that `field_mappings` gives one. */
  readonly custom_fields: readonly (CustomField & { readonly mapped_as: string | null })[]
}

/** Milliseconds for which a connection's own fields are remembered, as a form in a browser asks for them often. */
const MAX_AGE = 300_000
/** Pages that are read at most of the provider's list of fields, and fields in all. */
const MAX_PAGES = 25
const MAX_FIELDS = 10_000
/** Bytes that they may take in memory, and those of a character of their JSON (parsed JSON of this kind took up to 20). */
const REMEMBERED_BYTES = 16 * 1024 * 1024
const CHARACTER_BYTES = 20
const remembered = new RecentlyUsed<Customs>({ entries: 10_000, bytes: REMEMBERED_BYTES })
/** A name for each connection as it is now: a changed one is another object. */
const names = new WeakMap<OpenedConnection, string>()
let named = 0
function nameOf(connection: OpenedConnection): string {
  const name = names.get(connection) ?? String(++named)
  names.set(connection, name)
  return name
}

/** Lists the fields of a model for a connection: those of the model, and the customer's own at the provider. */
export async function listFields(
  services: RecordServices,
  caller: Caller,
  model: string,
): Promise<Outcome<{ readonly data: Fields; readonly warnings: readonly Warning[] }>> {
  const context = await resolve(services, caller, model)
  if (!context.ok) return context
  const customs = await orTooDeep(context.value.mapping.provider, () => customFields(services, context.value))
  if (!customs.ok) return customs
  const { table } = context.value.mapping
  const names = new Map(table.rows.flatMap(row => row.reads.map(() => [pathText(row.spec), row.field] as const)))
  const { fields, isCut } = customs.value
  const detail = `The provider has more fields than are read; ${fields.length} of them are here.`
  return done({
    data: {
      fields: ownFields(context.value),
      custom_fields: fields.map(field => ({ ...field, mapped_as: names.get(field.path) ?? null })),
    },
    warnings: isCut ? [{ field: 'custom_fields', code: 'cut', detail }] : [],
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

async function customFields(services: RecordServices, context: RecordContext): Promise<Outcome<Customs>> {
  const { connection, mapping } = context
  const { describe } = mapping
  if (!describe) return done({ fields: [], isCut: false })
  const key = `${nameOf(connection)}/${mapping.provider}/${mapping.model.name}`
  const known = remembered.get(key, services.now() - MAX_AGE + 1)
  if (known) return done(known)
  let fields: CustomField[] = []
  let isCut = false
  let state: PageState | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const plan = describe.plan({ ...placeholdersOf(context), state })
    if ('refused' in plan) return { ok: false, failure: plan.refused }
    const sent = await sendJson(services, context, plan.request, reading)
    if ('failure' in sent) return { ok: false, failure: sent.failure }
    const read = describe.read(sent.response, state)
    if ('refused' in read) return { ok: false, failure: read.refused }
    fields = fields.concat(read.fields)
    state = read.next
    isCut ||= read.isCut || fields.length > MAX_FIELDS
    if (!state || isCut) break
  }
  const customs = { fields, isCut: isCut || state !== undefined }
  remembered.set(key, customs, { at: services.now(), bytes: CHARACTER_BYTES * JSON.stringify(fields).length })
  return done(customs)
}
