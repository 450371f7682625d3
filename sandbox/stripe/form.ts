import type { Context } from 'hono'
import { isObject, type Json, refuse } from './errors.ts'

/** What a parameter may be. A table for each operation: anything else is unknown to it, as at Stripe. */
export type Kind = 'text' | 'integer' | 'decimal' | 'boolean' | 'map' | { readonly [member: string]: Kind }
export type Params = Readonly<Record<string, Kind>>

/** `address[line1]=a&metadata[k]=` as an object of objects of texts. */
function nested(text: string): Json {
  const body: Json = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const steps = name.replaceAll(']', '').split('[')
    const last = steps.pop()!
    let place = body
    for (const step of steps) {
      if (!isObject(place[step])) place[step] = Object.create(null)
      place = place[step] as Json
    }
    place[last] = value
  }
  return body
}

const PATTERNS: Readonly<Record<string, RegExp>> = {
  integer: /^-?\d+$/,
  decimal: /^-?\d+(\.\d{1,12})?$/,
  boolean: /^(true|false)$/,
}

function judge(given: unknown, kind: Kind, name: string): void {
  if (given === '') return // An empty text unsets, whatever the parameter is.
  if (kind === 'map') {
    if (!isObject(given)) refuse(400, `Invalid object: ${name}`, undefined, name)
    return
  }
  if (typeof kind === 'object') {
    if (!isObject(given)) return refuse(400, `Invalid object: ${name}`, undefined, name)
    for (const [member, value] of Object.entries(given)) {
      const own = Object.hasOwn(kind, member) ? kind[member] : undefined
      const full = name === '' ? member : `${name}[${member}]`
      if (own === undefined) refuse(400, `Received unknown parameter: ${full}`, 'parameter_unknown', full)
      judge(value, own!, full)
    }
    return
  }
  if (typeof given !== 'string') return refuse(400, `Invalid string: ${name}`, undefined, name)
  if (kind !== 'text' && !PATTERNS[kind]!.test(given))
    refuse(400, `Invalid ${kind}: ${given}`, `parameter_invalid_${kind}`, name)
}

/** The parameters of a write: a form, judged by the operation's table. */
export async function readForm(c: Context, params: Params): Promise<Json> {
  const text = await c.req.text()
  const type = c.req.header('content-type') ?? ''
  if (text !== '' && !type.startsWith('application/x-www-form-urlencoded'))
    refuse(400, 'Invalid request: send your request as application/x-www-form-urlencoded.')
  const body = nested(text)
  judge(body, params, '')
  return body
}

/** The parameters of a read: `created[gte]=1` as one of a form. */
export function readQuery(c: Context, params: Params): Json {
  const query = nested(new URL(c.req.url).search.slice(1))
  judge(query, params, '')
  return query
}

/** Sets what was sent; an empty text unsets. Keys of metadata are set one by one. */
export function apply(record: Json, sent: Json, names: readonly string[]): void {
  for (const name of names) if (sent[name] !== undefined) record[name] = sent[name] === '' ? null : sent[name]
  if (sent.metadata === '') record.metadata = {}
  else if (isObject(sent.metadata)) {
    const metadata: Json = { ...(record.metadata as Json) }
    for (const [key, value] of Object.entries(sent.metadata)) {
      if (value === '') delete metadata[key]
      else metadata[key] = value
    }
    record.metadata = metadata
  }
}
