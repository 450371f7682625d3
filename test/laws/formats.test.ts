import { describe, expect, test } from 'vitest'
import { checkFolder } from '../../src/mapping/check/index.ts'
import { codecs } from '../../src/mapping/codecs.ts'
import { escapes } from '../../src/mapping/escape.ts'
import {
  eachRow,
  listRequest,
  mapRow,
  page,
  positionsRow,
  select,
  valueRow,
  verbRequest,
} from '../../src/mapping/schema/index.ts'
import { places } from '../../src/mapping/template.ts'
import { formatFiles } from './subjects.ts'

const formats = formatFiles()
const all = JSON.stringify(formats)
const uses = (key: string): boolean => all.includes(`"${key}":`)
/** Used by hooks and backends and by nothing else, so that no law can be put to them. */
const BY_CODE = new Set(['hook', 'backend_actions'])

describe('the invented providers use every construct of the format', () => {
  test.each(Object.entries({ valueRow, positionsRow, eachRow, mapRow, listRequest, verbRequest, page, select }))(
    'keys of %s',
    (_, { shape }) => {
      expect(Object.keys(shape).filter(key => !BY_CODE.has(key) && !uses(key))).toEqual([])
    },
  )

  test('codecs', () => {
    const names = Object.values(codecs).flatMap(spelling => Object.keys(spelling).filter(Boolean))
    expect(names.filter(name => !all.includes(`"format":"${name}"`))).toEqual([])
    expect(all).toContain('"format":{"minor":')
  })
  test('escapes', () =>
    expect(
      [...Object.keys(escapes), 'path'].filter(name => !all.includes(`:${name}}`) && !all.includes(`:"${name}"`)),
    ).toEqual([]))
  test('placeholders', () => expect(Object.keys(places).filter(name => !all.includes(`{${name}`))).toEqual([]))
  test('what stands for nothing', () =>
    expect(formats.map(({ provider }) => JSON.stringify(provider.empty_value ?? null)).sort()).toEqual(
      expect.arrayContaining(['""', '[]', 'null']),
    ))
})

test.each(formats.filter(({ models }) => !('visits' in models)).map(format => [format.id, format] as const))(
  '%s is without fault but for the fixtures that it has not',
  (_, { id, provider, models }) => {
    const { faults } = checkFolder({
      id,
      provider,
      models,
      fixtures: {},
      evidence: Object.fromEntries(Object.keys(models).map(name => [name, { source: 'invented' }])),
      actions: [],
      hooks: [],
    })
    expect(faults.filter(({ message }) => !message.startsWith('no fixture'))).toEqual([])
  },
)
