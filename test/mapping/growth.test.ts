// Records, errors and lists of fields of any size: reading and writing them takes time in proportion, for every mapping.
import { describe, expect, test } from 'vitest'
import { filesOf, providers } from '../../sandbox/stub/folder.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import { isObject, type Path, parsePath, put } from '../../src/mapping/path.ts'
import type { Field } from '../../src/models/index.ts'
import { overgrown } from '../security/growing.ts'
import { mappingOf } from '../support/gateway.ts'

/** Elements of the first lists that are looked at. */
const FEW = 50

/** A value in which every list that is not in another has `n` elements like its first. */
function piled(value: unknown, n: number): unknown {
  if (Array.isArray(value)) return Array.from({ length: n }, () => structuredClone(value[0]))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, piled(inner, n)]))
}
const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i % 2 === 0 ? 'x' : null]))

/** A record with a value at each path that is read, every list of `n` elements, and every map of `n` members. */
function recordOf({ table }: Mapping, n: number): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const { reads, spec } of table.rows)
    for (const path of reads) if (path.length > 0) put(record, path, isObject(spec) && 'map' in spec ? many(n) : 'x')
  return piled(record, n) as Record<string, unknown>
}

function writtenOf(field: Field, n: number): unknown {
  if (field.type === 'rows')
    return Array.from({ length: n }, (_, i) =>
      Object.fromEntries(Object.keys(field.members).map(name => [name, `${name} ${i}`])),
    )
  if (field.type === 'list') return Array.from({ length: n }, (_, i) => `${i}`)
  return field.type === 'map' ? many(n) : 'x'
}

const headers = { get: () => undefined, entries: () => [] }
/** A body with something at each place where a provider says what is wrong. */
function failureOf(places: readonly Path[], n: number): unknown {
  const body: Record<string, unknown> = {}
  for (const path of places) put(body, path, [...Array.from({ length: n }, () => ''), 'x'])
  return piled(body, n)
}

const all = providers.flatMap(id => Object.keys(filesOf(id).models).map(model => [id, model] as const))
describe.each(all)('%s %s', (id, model) => {
  test('reads a record', async () => {
    const mapping = await mappingOf(id, model)
    const ratio = overgrown(n => {
      const record = recordOf(mapping, n)
      return () => mapping.reader(undefined)(record, [])
    }, FEW)
    expect(ratio).toBeUndefined()
  })

  test('writes a record over another', async () => {
    const mapping = await mappingOf(id, model)
    for (const verb of ['create', 'update'] as const) {
      const ratio = overgrown(n => {
        const current = recordOf(mapping, n)
        const input = Object.fromEntries(
          Object.entries(mapping.model.fields).map(([name, field]) => [name, writtenOf(field, n)]),
        )
        return () => mapping.write(input, verb, current)
      }, FEW)
      expect(ratio, verb).toBeUndefined()
    }
  })

  test('reads the provider’s own fields', async () => {
    const mapping = await mappingOf(id, model)
    const spec = mapping.file.describe
    if (!mapping.describe || !spec) return
    const [type] = Object.values(spec.type.enum).flat()
    const ratio = overgrown(n => {
      const field: Record<string, unknown> = {}
      const at = (text: string | undefined, value: unknown) => put(field, parsePath(text ?? '') ?? [], value)
      at(spec.name, 'x')
      at(spec.type.at, type)
      if (spec.options) at(spec.options.each, many(n))
      const body: Record<string, unknown> = {}
      put(body, parsePath(spec.records ?? '') ?? [], [field])
      const list = spec.records ? piled(body, n) : piled([field], n)
      return () => mapping.describe!.read({ status: 200, headers, body: list }, undefined)
    }, FEW)
    expect(ratio).toBeUndefined()
  })

  test('reads a refusal', async () => {
    const mapping = await mappingOf(id, model)
    const { errors } = filesOf(id).provider
    const places = [errors?.message ?? [], errors?.code ?? []].flat().flatMap(place => {
      const path = typeof place === 'string' ? parsePath(place.replace(/\.\*$/, '')) : undefined
      return path?.length ? [path] : []
    })
    const ratio = overgrown(n => {
      const body = failureOf(places, n)
      return () => mapping.classifyError({ status: 400, headers, body }, 'get')
    }, FEW)
    expect(ratio).toBeUndefined()
  })
})
