import type { Mapping } from '../../src/mapping/compile.ts'
import { type ListSpec, listsOf } from '../../src/mapping/expand.ts'
import { clone, isObject, parsePath, put } from '../../src/mapping/path.ts'
import type { ProviderFile, VerbRequest } from '../../src/mapping/schema/index.ts'
import { type RecordVerb, recordVerbs } from '../../src/mapping/verb.ts'
import { compileStubList, type StubList } from './list-page.ts'
import { type Address, addressOf, readVerb } from './operations.ts'
import { describedFields } from './own-fields.ts'
import { project } from './project.ts'
import type { Records } from './records.ts'
import type { Refusals } from './refusal.ts'
import type { StubReply, StubRequest } from './request.ts'
import { singleOf } from './rows.ts'
import { recordSent } from './sent.ts'
import type { Found } from './text.ts'

type Json = Record<string, unknown>

/** A request of a mapping that answers a list: of records, or of the customer's own fields. */
export interface ListOperation {
  readonly address: Address
  readonly list: StubList
  /** What is listed. */
  all(): readonly Json[]
  readonly mapping: Mapping
}
/** A request of a mapping for one record. */
export interface VerbOperation {
  readonly address: Address
  readonly verb: RecordVerb
  readonly spec: VerbRequest
  readonly records: Records
  /** Idempotency key → id of what was made with it. */
  readonly made: Map<string, string>
}
export type Operation = ListOperation | VerbOperation

/** Every request that the mapping of a model can make. */
export function operationsOf(records: Records, provider: ProviderFile): Operation[] {
  const { mapping } = records
  const { file } = mapping
  const listed = (spec: ListSpec, all: () => readonly Json[]): Operation[] => {
    const address = addressOf(spec, provider)
    return address ? [{ address, list: compileStubList(mapping, spec), all, mapping }] : []
  }
  return [
    ...listsOf(file).flatMap(spec => listed(spec, records.all)),
    ...(file.describe ? listed(file.describe as ListSpec, () => describedFields(file.describe!)) : []),
    ...recordVerbs.flatMap((verb): Operation[] => {
      const spec = file[verb]
      const address = spec && addressOf(spec, provider)
      return address ? [{ address, verb, spec, records, made: new Map() }] : []
    }),
  ]
}

/** The names at `{select}`: a list, or a text with commas. A selection of GraphQL stands in its document and is not cut. */
function selected(found: Found): string[][] | undefined {
  const { select } = found
  if (select === undefined) return undefined
  return (Array.isArray(select) ? select : String(select).split(',')).map(name => String(name).split('.'))
}
const cutTo = (mapping: Mapping, found: Found) => {
  const names = selected(found)
  return (record: Json): Json => (names ? project(record, mapping.file.select, names) : record)
}

export interface ListHow {
  readonly origin: string
  readonly endless: string | undefined
  readonly only: (record: Json) => boolean
  readonly refusals: Refusals
}
/** Answers a page of a list; undefined where the request is none of that list. */
export function answerList(
  { list, all, mapping }: ListOperation,
  request: StubRequest,
  inPath: Found,
  how: ListHow,
): StubReply | undefined {
  const asked = list.read(request, inPath)
  if (!asked) return undefined
  const cut = cutTo(mapping, asked.found)
  const answer = list.answer(request, asked, all().filter(how.only), { origin: how.origin, endless: how.endless, cut })
  return typeof answer === 'string' ? how.refusals.refuse('invalid', answer, 'list') : answer
}

/** The reply to a write: the record, or as much as the mapping says that the provider answers. */
function replyTo({ verb, spec, records }: VerbOperation, record: Json, found: Found): StubReply {
  const status = verb === 'create' ? 201 : 200
  const id = records.idOf(record)
  const headers: Record<string, string> = {}
  const body: Json = {}
  if (typeof spec.id === 'object') {
    const like = spec.id.like.replace('…', 'https://sandbox.example').replace('{id}', encodeURIComponent(id))
    headers[spec.id.header.toLowerCase()] = like
    return { status, headers }
  }
  const at = parsePath(spec.record ?? '') ?? []
  // A write that is read back answers an id, and an update not even that.
  if (spec.read_back) {
    if (spec.id === undefined) return { status: 204, headers }
    put(body, parsePath(spec.id) ?? [], id)
    return { status, headers, body }
  }
  const answered = cutTo(records.mapping, found)(record)
  if (at.length === 0) return { status, headers, body: answered }
  put(body, at, clone(answered))
  return { status, headers, body }
}

/** The id that an address says, also one in parts: `/tickets/{id.0}/comments/{id.1}`. */
function idIn(found: Found, { file }: Mapping): string {
  if (found.id !== undefined) return String(found.id)
  const by = singleOf(file.fields.id ?? '')?.with ?? ' '
  return [found['id.0'], found['id.1']].join(by)
}

/** Answers a request for one record; undefined where the request is none of that verb. */
export function answerVerb(
  operation: VerbOperation,
  request: StubRequest,
  inPath: Found,
  refusals: Refusals,
): StubReply | undefined {
  const { verb, spec, records, made } = operation
  const read = readVerb(spec, verb, request)
  if (!read) return undefined
  const found = { ...inPath, ...read }
  const id = idIn(found, records.mapping)
  const missing = () => refusals.refuse('not-found', 'There is no such record.', verb)
  switch (verb) {
    case 'get': {
      const record = records.find(id)
      return record ? replyTo({ ...operation, spec: { ...spec, id: undefined } }, record, found) : missing()
    }
    case 'create': {
      const key = found.idempotency_key === undefined ? undefined : String(found.idempotency_key)
      const known = key === undefined ? undefined : records.find(made.get(key) ?? '')
      const record = known ?? records.create(recordSent(spec, request.body))
      if (key !== undefined) made.set(key, records.idOf(record))
      return replyTo(operation, record, found)
    }
    case 'update': {
      const record = records.update(id, recordSent(spec, request.body))
      return record ? replyTo(operation, record, found) : missing()
    }
    case 'delete': {
      const stays = spec.delete_effect === 'closed' || spec.delete_effect === 'deactivated'
      const record = records.remove(id, stays ? (isObject(request.body) ? request.body : {}) : undefined)
      return record ? { status: 200, headers: {}, body: stays ? record : {} } : missing()
    }
  }
}
