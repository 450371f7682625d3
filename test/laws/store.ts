import type { Subject } from '../../bin/check/laws/subject.ts'
import { clone, isObject, lay } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import type { WriteVerb } from '../../src/mapping/row.ts'
import { placeholderPaths } from '../../src/mapping/template.ts'
import type { Written } from '../../src/mapping/write.ts'
import type { ProviderRequest } from '../../src/provider/request.ts'

type Json = Record<string, unknown>

/** What a form's keys say: `a[b][0]=x`. A form knows texts only. */
export function parseForm(text: string): Json {
  const out: Json = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const keys = name.replaceAll(']', '').split('[')
    let here: Json | unknown[] = out
    keys.forEach((key, i) => {
      const target = here as Json
      if (i === keys.length - 1) target[key] = value
      else {
        const isList = /^\d+$/.test(keys[i + 1]!)
        target[key] ??= isList ? [] : Object.create(null)
        here = target[key] as Json
      }
    })
  }
  return clone(out)
}
export const bodyOf = ({ headers, body }: ProviderRequest): unknown =>
  body === undefined ? undefined : headers['content-type']?.includes('form') ? parseForm(body) : JSON.parse(body)

/** Where a template holds the record, as keys; undefined where the record is laid over the whole. */
function placeOfRecord(template: unknown, at: readonly (string | number)[] = []): (string | number)[] | undefined {
  if (template === '{record}') return [...at]
  const inside = Array.isArray(template) ? [...template.entries()] : isObject(template) ? Object.entries(template) : []
  for (const [key, inner] of inside) {
    const found = placeOfRecord(inner, [...at, key])
    if (found) return found
  }
  return undefined
}
/** A body without what the template itself brings: literals and slots are no part of the record. */
function without(body: unknown, template: unknown): unknown {
  if (!isObject(body) || !isObject(template)) return undefined
  const kept = Object.entries(body).flatMap(([key, value]) => {
    if (!(key in template)) return [[key, value]]
    const left = without(value, template[key])
    return left === undefined ? [] : [[key, left]]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

/** The record in a write's request. */
export function recordSent({ mapping }: Subject, verb: WriteVerb, request: ProviderRequest): Json {
  const { spec } = mapping.verbs[verb]!
  const whole = bodyOf(request)
  const isGraphql = spec.graphql !== undefined
  const template = isGraphql ? spec.variables : spec.body
  const body = isGraphql ? (whole as Json | undefined)?.variables : whole
  const place = placeOfRecord(template)
  const record = place
    ? place.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], body)
    : template === undefined
      ? body
      : without(body, template)
  return (record ?? {}) as Json
}

/** Lays what was sent over what is stored: objects by key, lists whole, or by their tag where the provider does so. */
function store(subject: Subject, stored: Json, sent: Json): Json {
  const out = lay(stored, sent) as Json
  for (const [list, tag] of Object.entries(subject.merges)) {
    const before = stored[list]
    const given = sent[list]
    if (!Array.isArray(before) || !Array.isArray(given)) continue
    const left = [...(given as Json[])]
    const merged = (before as Json[]).map(element => {
      const i = left.findIndex(other => other[tag] === element[tag])
      return i < 0 ? element : (lay(element, left.splice(i, 1)[0]) as Json)
    })
    out[list] = [...merged, ...left]
  }
  return out
}

/** What one write did at the imitation. */
export interface Stored {
  readonly stored: Json
  readonly written: Written
  /** What was sent, once the fields that the provider has no room for were left out. */
  readonly input: Unified
  /** Why fields were left out. */
  readonly refused: readonly { pointer: string; code: string; detail: string }[]
}

/**
 * Writes as the gateway does: the table, the record fetched first only where that is due, the request, and nothing at
 * all where an update changes nothing. Fields that are refused are left out, and the rest is written.
 */
export function write(subject: Subject, verb: WriteVerb, given: Unified, before?: Json): Stored {
  const { mapping, connection } = subject
  const compiled = mapping.verbs[verb]!
  let input = given
  const refused: Stored['refused'][number][] = []
  for (;;) {
    let written = mapping.write(input, verb)
    let current: unknown
    if (verb === 'update' && (compiled.needsCurrent || written.needsCurrent) && written.refused.length === 0) {
      current = clone(before)
      written = mapping.write(input, verb, current)
    }
    if (written.refused.length > 0) {
      refused.push(...written.refused)
      const fields = new Set(written.refused.map(r => r.pointer.split('/')[1]!))
      const left = Object.fromEntries(Object.entries(input).filter(([f]) => !fields.has(f.replace(/_raw$/, ''))))
      if (Object.keys(left).length === Object.keys(input).length) throw new Error(`refused: ${JSON.stringify(refused)}`)
      input = left
      continue
    }
    if (verb === 'update' && Object.keys(written.body).length === 0) return { stored: before!, written, input, refused }
    const made = compiled.build({
      ...(verb === 'update' && { id: '1' }),
      record: written.body,
      current,
      select: mapping.select(undefined),
      connection,
      idempotencyKey: 'key',
      // What stands in the path of a create is there, whatever else is sent.
      input: { ...Object.fromEntries(placeholderPaths(compiled.spec, 'input').map(name => [name, 'acme'])), ...input },
    })
    if ('refused' in made) throw new Error(`no request: ${JSON.stringify(made.refused)}`)
    const stored = store(subject, before ?? {}, recordSent(subject, verb, made.request))
    return { stored, written, input, refused }
  }
}
