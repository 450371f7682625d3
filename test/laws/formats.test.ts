import { describe, expect, test } from 'vitest'
import { checkFolder } from '../../src/mapping/check/index.ts'
import { spellings } from '../../src/mapping/codecs.ts'
import { escapes } from '../../src/mapping/escape.ts'
import {
  eachRow,
  listRequest,
  mapRow,
  page,
  select,
  slotsRow,
  valueRow,
  verbRequest,
} from '../../src/mapping/schema/index.ts'
import { places } from '../../src/mapping/template.ts'
import { formatFiles } from './subject.ts'

const formats = formatFiles()
const all = JSON.stringify(formats)
const uses = (key: string): boolean => all.includes(`"${key}":`)
/** Used by action functions and by nothing else, so that no law can be put to them. */
const BY_FUNCTION = new Set(['action', 'via'])

describe('the invented providers use every construct of the format', () => {
  test.each(Object.entries({ valueRow, slotsRow, eachRow, mapRow, listRequest, verbRequest, page, select }))(
    'keys of %s',
    (_, { shape }) => {
      expect(Object.keys(shape).filter(key => !BY_FUNCTION.has(key) && !uses(key))).toEqual([])
    },
  )

  test('spellings', () => {
    const names = Object.values(spellings).flatMap(spelling => Object.keys(spelling).filter(Boolean))
    expect(names.filter(name => !all.includes(`"as":"${name}"`))).toEqual([])
    expect(all).toContain('"as":{"minor":')
  })
  test('escapes', () =>
    expect([...Object.keys(escapes), 'path'].filter(name => !all.includes(`:${name}}`))).toEqual([]))
  test('slots', () => expect(Object.keys(places).filter(name => !all.includes(`{${name}`))).toEqual([]))
  test('what stands for nothing', () =>
    expect(formats.map(({ provider }) => JSON.stringify(provider.clears ?? null)).sort()).toEqual(
      expect.arrayContaining(['""', '[]', 'null']),
    ))
})

test.each(formats.filter(({ models }) => !('visits' in models)).map(format => [format.id, format] as const))(
  '%s is without fault but for the fixtures that it has not',
  (_, { id, provider, models }) => {
    const { faults } = checkFolder({ id, provider, models, fixtures: {}, actions: [] })
    expect(faults.filter(({ message }) => !message.startsWith('no fixture'))).toEqual([])
  },
)
