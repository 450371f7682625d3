// What a request for several records says of itself: how its records are told apart, and what it leaves out of the single one.
import { down } from '../../problem/pointer.ts'
import type { Mapping } from '../compile.ts'
import { entry, isObject } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import type { BatchRequest, ProviderFile, VerbRequest } from '../schema/index.ts'
import { type RecordVerb, recordVerbs } from '../verb.ts'

const holds = (node: unknown, placeholder: string): boolean => {
  const text = JSON.stringify(node ?? null)
  return text.includes(`{${placeholder}}`) || text.includes(`{${placeholder}:`)
}

/** Placeholders that only a batch fills, in a request that is none. */
function checkSingle(spec: VerbRequest, pointer: string, report: Report): void {
  const { batch: _, ...own } = spec
  for (const name of ['items', 'ids', 'key'])
    if (holds(own, name)) report(pointer, `{${name}} is only filled in a \`batch\`, or in its \`item\``)
}

/** Names of the members below a template, at any depth, but for what only stands around the record. */
function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(namesIn)
  if (!isObject(node)) return []
  return Object.entries(node).flatMap(([key, inner]) => [...(holds(inner, 'record') ? [] : [key]), ...namesIn(inner)])
}

/** What a single request sends beside the record, and its batch does not: it would be lost without a word. */
function checkLost(spec: VerbRequest, batch: BatchRequest, pointer: string, report: Report): void {
  const theirs = new Set([batch.body, batch.item, batch.query, batch.headers].flatMap(namesIn))
  for (const name of [spec.body, spec.query, spec.headers].flatMap(namesIn))
    if (!theirs.has(name)) report(pointer, `"${name}" of the single request is not in its batch`)
}

/** How the records of the request get into it. */
function checkSent(verb: RecordVerb, batch: BatchRequest, pointer: string, report: Report): void {
  const { item, body, query } = batch
  const [hasItems, hasIds] = [holds(body, 'items'), holds(query, 'ids')]
  if (!hasItems && !hasIds) report(pointer, 'holds no record: {items} in the body, or {ids} in the query')
  if (hasItems && hasIds) report(pointer, 'holds each record twice: {items} and {ids}')
  if (item !== undefined && !hasItems) report(down(pointer, 'item'), 'does nothing: the body has no {items}')
  if (hasIds && (verb === 'create' || verb === 'update'))
    report(down(pointer, 'query'), `{ids} carry no record, which ${verb} has to`)
  if (hasItems && verb !== 'create' && !holds(item, 'id'))
    report(down(pointer, 'item'), `names no record: ${verb} needs {id}`)
}

/** How a record is found in the answer. */
function checkMatch(verb: RecordVerb, batch: BatchRequest, pointer: string, report: Report): void {
  const { match, failure, item, success, results, id, record } = batch
  if (match === undefined) {
    if (verb !== 'delete') report(pointer, `says not which record a result is of: ${verb} needs \`match\``)
    for (const [key, value] of Object.entries({ results, success, id, record, failure }))
      if (value !== undefined) report(down(pointer, key), 'does nothing without `match`')
    return
  }
  const keyed = [
    ...(typeof match === 'object' && match.key !== undefined ? ['match'] : []),
    ...(failure?.key === undefined ? [] : ['failure']),
  ]
  for (const key of keyed)
    if (!holds(item, 'key')) report(`${pointer}/${key}/key`, 'is never there: `item` sends no {key}')
  if (typeof match === 'object') {
    if (match.id === undefined && match.key === undefined) report(down(pointer, 'match'), 'names neither id nor key')
    if (match.id !== undefined && verb === 'create')
      report(`${pointer}/match/id`, 'tells nothing: a record that is made has no id before')
  }
  if (!failure) return
  if (failure.each === undefined && success === undefined)
    report(down(pointer, 'failure'), 'does nothing: each result is a success without `success` or `failure.each`')
  if (failure.each !== undefined && failure.id === undefined && failure.key === undefined)
    report(`${pointer}/failure/each`, 'names no record: say where a failure has its `id` or `key`')
  if (failure.each !== undefined && match === 'position')
    report(`${pointer}/failure/each`, 'leaves gaps among results that are told by their position')
  if (failure.each === undefined)
    for (const key of ['id', 'key'] as const)
      if (failure[key] !== undefined) report(`${pointer}/failure/${key}`, 'does nothing without `each`')
}

function checkOmits(verb: RecordVerb, batch: BatchRequest, { model }: Mapping, report: Report): void {
  const at = `/${verb}/batch/omits`
  if (batch.omits && verb !== 'get') report(at, 'does nothing here: it says what a batch of get does not answer')
  for (const [i, field] of (batch.omits ?? []).entries())
    if (entry(model.fields, field) === undefined)
      report(`${at}/${i}`, `no field "${field}" in the model; ${nearest(field, Object.keys(model.fields))}`)
}

/** Reports batches that cannot work, or would lose something of what a single request carries. */
export function checkBatches(provider: ProviderFile, mapping: Mapping, report: Report): void {
  for (const verb of recordVerbs) {
    const spec = mapping.file[verb]
    if (!spec) continue
    checkSingle(spec, `/${verb}`, report)
    const { batch } = spec
    if (!batch) continue
    const pointer = `/${verb}/batch`
    const text = JSON.stringify({ ...spec, batch: undefined })
    const wanted = ['{id.', '{input.', '{current.'].find(one => text.includes(one))
    if (wanted) report(pointer, `cannot stand beside a request with ${wanted}…}, which is of one record`)
    if (!mapping.verbs[verb]?.hasRequest) report(pointer, 'does nothing: a hook alone carries the verb out')
    if (provider.sends === 'form' && batch.body !== undefined)
      report(`${pointer}/body`, 'a form has no list of records')
    checkSent(verb, batch, pointer, report)
    checkMatch(verb, batch, pointer, report)
    checkOmits(verb, batch, mapping, report)
    if (verb === 'create' || verb === 'update') checkLost(spec, batch, pointer, report)
  }
}
