import { describe, expect, it } from 'vitest'
import { problems } from '../../src/problem/problems.ts'
import { type Caller, problem } from '../contract/caller.ts'
import { expected } from './expected.ts'
import { type Cell, modelOf, names, outcomeOf, providers, table } from './matrix.ts'

/** Settings of a gateway under fault: it waits shortly and reads little. */
export const limits = { KOINE_PROVIDER_TIMEOUT: '3', KOINE_ANSWER_LIMIT: '1000000' }
/** Milliseconds in which every call is answered: its time is up after 3 s, and the machine has others to serve. */
const ANSWERED = 5_000
/** Pages after which a list is taken for endless; the longest of the sandbox that is walked here has 60. */
const PAGES = 70

/** What is true of every cell, however the gateway runs. */
export function cases(where: string, cells: () => readonly Cell[], caller: () => Caller): void {
  it('every fault has an expectation', () => {
    expect(Object.keys(expected).sort()).toEqual([...names].sort())
  })

  it('every fault × verb × provider is a typed answer, as expected', () => {
    const out = table(cells())
    console.log(`faults (${where}, ${cells().length} cells):\n${out}`)
    const others = cells().filter(cell => !expected[cell.fault]![cell.verb].includes(outcomeOf(cell)))
    expect(others.map(cell => [cell.fault, cell.verb, cell.provider, outcomeOf(cell)])).toEqual([])
  })

  it('a failure is a whole problem of the table, and says which provider failed', () => {
    for (const { answer, provider } of cells().filter(cell => cell.answer.status >= 300)) {
      const code = answer.body.code as keyof typeof problems
      const body = problem(answer, problems[code]?.status, code)
      expect(body).toMatchObject({ provider, source: 'provider' })
      expect(answer.text).not.toMatch(/sandbox-[\w-]+-token/)
      expect(answer.text.length).toBeLessThan(2_000)
    }
  })

  it('every answer comes in time', () => {
    const late = cells().filter(({ ms }) => ms > ANSWERED)
    expect(late.map(({ fault, verb, provider, ms }) => [fault, verb, provider, Math.round(ms)])).toEqual([])
  })

  it('a provider that asks for a pause is quoted', () => {
    const asked = cells().filter(({ fault }) => /^rate-limited-(seconds|date)$/.test(fault))
    for (const { answer } of asked) {
      expect(answer.body.retry_after).toBeGreaterThanOrEqual(29)
      expect(answer.body.retry_after).toBeLessThanOrEqual(30)
      expect(answer.headers.get('retry-after')).toBe(String(answer.body.retry_after))
    }
  })

  describe('a list without an end', () => {
    it.each(['page-repeats', 'cursor-endless'])('%s: the walk ends', async fault => {
      for (const provider of providers) {
        const connection = `${provider}-${fault}-list`
        let cursor: string | null = null
        let pages = 0
        do {
          const at: string = cursor === null ? '' : `&cursor=${cursor}`
          const { status, body } = await caller().call(`GET /${modelOf(provider)}?limit=5${at}`, { connection })
          expect(status).toBe(200)
          cursor = body.next_cursor
        } while (cursor !== null && ++pages < PAGES)
        expect(pages, provider).toBeLessThan(3)
      }
    })
  })
}
