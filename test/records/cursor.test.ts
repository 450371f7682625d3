import { describe, expect, it } from 'vitest'
import { type Cursor, createCursors } from '../../src/records/cursor.ts'

const DAY = 86_400_000
const START = Date.parse('2026-03-01T12:00:00Z')
const key = (byte: number) => Buffer.from(Array.from({ length: 32 }, (_, i) => (i * byte) % 256)).toString('base64')
const cursor: Cursor = {
  connection: 'uuid',
  model: 'contacts',
  filters: {},
  limit: 50,
  state: { limit: 50, cursor: 'x' },
}

describe('a cursor', () => {
  it('opens as long as its key is listed, however the master key is written', () => {
    const made = createCursors(key(3), () => START).seal(cursor)
    for (const master of [
      key(3),
      `default:${key(3)}`,
      `next:${key(5)},default:${key(3)}`,
      ` next:${key(5)} , default:${key(3).replace('=', '').replaceAll('+', '-').replaceAll('/', '_')}`,
      `next:${key(5)},renamed:${key(3)}`,
    ])
      expect(createCursors(master, () => START).open(made)).toEqual(cursor)
    expect(createCursors(`next:${key(5)}`, () => START).open(made)).toBeUndefined()
    expect(createCursors(`next:${key(5)},default:${key(3)}`, () => START).seal(cursor)).not.toBe(made)
  })

  it('opens for seven days, then is told to be too old; one of tomorrow opens, as clocks differ', () => {
    const at = (time: number) => createCursors(key(3), () => time)
    const made = at(START).seal(cursor)
    for (const days of [0, 1, 7]) expect(at(START + days * DAY).open(made)).toEqual(cursor)
    for (const days of [8, 400]) expect(at(START + days * DAY).open(made)).toBe('expired')
    expect(at(START - DAY).open(made)).toEqual(cursor)
    expect(at(START - 2 * DAY).open(made)).toBeUndefined()
  })

  it('has another key each day: with its date altered it does not open', () => {
    const bytes = Buffer.from(createCursors(key(3), () => START).seal(cursor), 'base64url')
    for (const days of [1, 2]) {
      const later = Buffer.from(bytes)
      later.writeUInt32BE(later.readUInt32BE() + days)
      expect(createCursors(key(3), () => START + 2 * DAY).open(later.toString('base64url'))).toBeUndefined()
    }
  })

  it('that is none is undefined', () => {
    const { open } = createCursors(key(3), () => START)
    for (const text of ['', 'x', 'A'.repeat(44), 'A'.repeat(8000), '_'.repeat(60), 'é'.repeat(50)])
      expect(open(text)).toBeUndefined()
  })
})
