import { defineWriteHook, isNothing, lay } from 'koine/hooks'

type Value = Readonly<Record<string, unknown>>

/** Fields of ours that are the first of several values: the attribute, and how one of its values is written. */
const firsts: Readonly<Record<string, { slug: string; value(ours: unknown): Value }>> = {
  domain: { slug: 'domains', value: domain => ({ domain }) },
  contact_id: { slug: 'associated_people', value: id => ({ target_object: 'people', target_record_id: id }) },
}

/** Attio compares domains and ids whatever their case. */
const isSame = (a: Value, b: Value): boolean => JSON.stringify(a).toLowerCase() === JSON.stringify(b).toLowerCase()

/** The values as they are to be: the first one of its kind replaced, the others kept and reduced to what is written. */
function replaceFirst(there: readonly Value[], value: Value): Value[] {
  const first = there.findIndex(one => one.target_object === value.target_object)
  const others = there.filter((_, i) => i !== first)
  const written = others.map(one => Object.fromEntries(Object.keys(value).map(name => [name, one[name]])))
  return [value, ...written.filter(one => !isSame(one, value))]
}

/**
 * PUT overwrites all values of an attribute, and PATCH cannot remove one: so that the values which are no field of
 * ours are not lost, they are read first and sent along.
 */
export default defineWriteHook(async (context, { id = '', input, passThrough }) => {
  const current = (await context.request('get', { id })) as { values?: Record<string, Value[]> }
  const values = Object.entries(firsts).flatMap(([field, { slug, value }]) => {
    const ours = input[field]
    if (ours === undefined) return []
    return [[slug, isNothing(ours) ? [] : replaceFirst(current.values?.[slug] ?? [], value(ours))] as const]
  })
  const { body } = context.write(input, 'update', current)
  const record = lay(body, { values: Object.fromEntries(values) }) as Record<string, unknown>
  await context.request('update', { id, record, current, ...(passThrough && { passThrough }) })
  return { id }
})
