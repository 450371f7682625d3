import { type Failure, fail } from '../problem/index.ts'
import { down } from '../problem/pointer.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import { type BatchAnswer, type BatchRecord, keyOf } from './batch-record.ts'
import { matcher } from './errors.ts'
import type { ListParts } from './list.ts'
import { getter, isNothing, isObject, parsePath } from './path.ts'
import type { BatchRequest } from './schema/index.ts'
import { compileFill, OMIT } from './template.ts'
import type { RecordVerb } from './verb.ts'

type Read = (
  response: ProviderResponse,
  records: readonly BatchRecord[],
) => { answers: readonly BatchAnswer[] } | { refused: Failure }

const textOf = (value: unknown): string | undefined =>
  isNothing(value) || typeof value === 'object' ? undefined : String(value)
const textsOf = (value: unknown): string[] => [value].flat().flatMap(one => textOf(one) ?? [])
/** The status of a failure that says none itself, and of an answer whose own is a success. */
const REFUSED = 400

/** Compiles how a refused record is told, as one of our problems. */
function compileFailure(verb: RecordVerb, { failure }: BatchRequest, pointer: string, parts: ListParts) {
  const { classifyError, id: provider, report } = parts
  const statusOf = getter(parsePath(failure?.status ?? '') ?? [])
  const at = down(down(pointer, 'failure'), 'as')
  const as = failure?.as === undefined ? undefined : compileFill(failure.as, at, { place: 'body', report })
  return (error: unknown, { headers }: ProviderResponse): Failure => {
    const own = failure?.status === undefined ? Number.NaN : Number(statusOf(error))
    const made = as?.({ error })
    const response: ProviderResponse = {
      status: own >= 400 && own < 600 ? own : REFUSED,
      headers,
      body: made === undefined || made === OMIT ? error : made,
    }
    return classifyError(response, verb) ?? fail('provider-rejected', { provider }).failure
  }
}

/** What was found of one record. More than one thing of it is a contradiction, and tells nothing. */
class Found {
  readonly #all: BatchAnswer[] = []
  add(answer: BatchAnswer): void {
    this.#all.push(answer)
  }
  get only(): BatchAnswer | undefined {
    return this.#all.length === 1 ? this.#all[0] : undefined
  }
}

/** The place of a record by its id or key. Where two records have one id, neither is known by it. */
function placesBy(texts: readonly (string | undefined)[]): Map<string, number> {
  const places = new Map<string, number>()
  for (const [place, text] of texts.entries())
    if (text !== undefined) places.set(text, places.has(text) ? Number.NaN : place)
  return places
}

/**
 * Whether the id of a result at the place of a record is that record's. An id may have a longer form, such as the 18
 * characters of one with 15; the id of another record of the request is never meant.
 */
function isIdOf(given: string | undefined, answered: string | undefined, ids: Map<string, number>): boolean {
  if (given === undefined || answered === undefined || given === answered) return true
  return !ids.has(answered) && answered.startsWith(given)
}

/** Compiles how the answer to a request for several records is read. A result is only ever given to the record that it is of. */
export function compileAnswers(verb: RecordVerb, spec: BatchRequest, pointer: string, parts: ListParts): Read {
  const { classifyError, id: provider, report } = parts
  const pathAt = (text: string | undefined, at: string) => {
    const path = parsePath(text ?? '')
    if (!path) report(at, `not a path: ${text}`)
    return getter(path ?? [])
  }
  const { match, success, failure } = spec
  const resultsOf = pathAt(spec.results, down(pointer, 'results'))
  const idAt = pathAt(spec.id, down(pointer, 'id'))
  const idOf = (result: unknown) => (spec.id === undefined ? undefined : textOf(idAt(result)))
  const recordOf = pathAt(spec.record, down(pointer, 'record'))
  const named = typeof match === 'object' ? match : {}
  const matchId = named.id === undefined ? undefined : pathAt(named.id, `${pointer}/match/id`)
  const matchKey = named.key === undefined ? undefined : pathAt(named.key, `${pointer}/match/key`)
  const failuresOf = failure?.each === undefined ? undefined : pathAt(failure.each, `${pointer}/failure/each`)
  const failureId = failure?.id === undefined ? undefined : pathAt(failure.id, `${pointer}/failure/id`)
  const failureKey = failure?.key === undefined ? undefined : pathAt(failure.key, `${pointer}/failure/key`)
  const isDone = matcher(success ?? {})
  const refusedAs = compileFailure(verb, spec, pointer, parts)

  const answerOf = (result: unknown, response: ProviderResponse): BatchAnswer => {
    if (!isDone(result)) return { refused: refusedAs(result, response) }
    const record = recordOf(result)
    return {
      id: idOf(result),
      record: isObject(record) ? record : undefined,
    }
  }
  const unreadable = (detail: string): { refused: Failure } => ({
    refused: fail('provider-answer-unreadable', { provider, detail }).failure,
  })

  /** Results at the places of their records: one more or one less, and no place is certain. */
  function byPosition(results: readonly unknown[], records: readonly BatchRecord[], response: ProviderResponse) {
    if (results.length !== records.length) {
      const detail = `The provider’s answer has ${results.length} results for ${records.length} records, which cannot be told apart.`
      return records.map(() => unreadable(detail))
    }
    const ids = placesBy(records.map(({ id }) => id))
    return records.map((record, place) => {
      const answer = answerOf(results[place], response)
      return isIdOf(record.id, idOf(results[place]), ids)
        ? answer
        : unreadable('The provider’s answer has another record at the place of this one.')
    })
  }

  /** Results, and failures that stand apart, by what each names. */
  function byName(results: readonly unknown[], records: readonly BatchRecord[], response: ProviderResponse) {
    const ids = placesBy(records.map(({ id }) => id))
    const keys = placesBy(records.map((_, place) => keyOf(place)))
    const found = records.map(() => new Found())
    const foundBy = (id: unknown, key: unknown): Found[] =>
      [
        ...new Set([
          ...textsOf(key).map(text => keys.get(text)),
          // A key says it for sure; an id is looked at where there is none.
          ...(textsOf(key).length > 0 ? [] : textsOf(id).map(text => ids.get(text))),
        ]),
      ].flatMap(place => (place === undefined ? [] : (found[place] ?? [])))
    for (const result of results)
      for (const one of foundBy(matchId?.(result), matchKey?.(result))) one.add(answerOf(result, response))
    const failures = failuresOf?.(response.body)
    const strangers: Failure[] = []
    for (const error of Array.isArray(failures) ? failures : []) {
      const refused = refusedAs(error, response)
      const of = foundBy(failureId?.(error), failureKey?.(error))
      for (const one of of) one.add({ refused })
      if (of.length === 0) strangers.push(refused)
    }
    const [stranger] = strangers
    const said = stranger?.upstream?.message
    return found.map(
      one =>
        one.only ??
        unreadable(
          said === undefined
            ? 'The provider’s answer does not say what became of this record.'
            : `The provider’s answer does not say what became of this record. It tells of a failure without a record: ${said}`,
        ),
    )
  }

  return (response, records) => {
    const isJudged = response.status < 400 && match !== undefined
    // Where every record was refused, the list of results may be missing beside that of the failures.
    const listed = isJudged ? resultsOf(response.body) : undefined
    const results = isJudged && isNothing(listed) && Array.isArray(failuresOf?.(response.body)) ? [] : listed
    if (Array.isArray(results))
      return { answers: (match === 'position' ? byPosition : byName)(results, records, response) }
    const refused = classifyError(response, verb)
    if (refused) return { refused }
    if (match === undefined) return { answers: records.map(({ id }) => ({ id, record: undefined })) }
    return unreadable('The provider’s answer has no list where the mapping says that it is.')
  }
}
