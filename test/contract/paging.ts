import { beforeAll, describe, expect, it } from 'vitest'
import { people } from '../../sandbox/people.ts'
import { type Answer, type Caller, pointers, problem } from './caller.ts'

const idOf = ({ key }: { key: number }): string => String(1000 + key)
const ids = (pages: readonly Answer[]): string[] =>
  pages.flatMap(({ body }) => body.data.map(({ id }: { id: string }) => id))
const sizes = (pages: readonly Answer[]): number[] => pages.map(({ body }) => body.data.length)

/** A cursor with one character of its sealed part changed. */
const altered = (cursor: string): string => {
  const at = Math.floor(cursor.length / 2)
  return cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1)
}

/** Pages, cursors, filters and sorts of a list. */
export function paging(caller: Caller): void {
  const { call, walk, connect, tenant } = caller
  const connection = 'people'
  const get = (query: string) => call(`GET /contacts${query}`, { connection })

  describe('paging', () => {
    it('walks all contacts to a real end, none missing and none twice', async () => {
      const pages = await walk('/contacts?limit=100', { connection })
      expect(sizes(pages)).toEqual([100, 100, 100])
      expect(ids(pages)).toEqual(people.map(idOf))
      expect(new Set(ids(pages)).size).toBe(300)
    })

    it('walks in pages that do not divide the whole', async () => {
      const pages = await walk('/contacts?limit=70&fields=last_name', { connection })
      expect(sizes(pages)).toEqual([70, 70, 70, 70, 20])
      expect(ids(pages)).toEqual(people.map(idOf))
      expect(pages[4]!.body.data[19]).toEqual({ id: '1300', last_name: 'Turing' })
    })

    it('answers 50 unless asked, and never more than the provider’s largest page', async () => {
      expect((await get('')).body.data).toHaveLength(50)
      const { body } = await get('?limit=200')
      expect(body.data).toHaveLength(100)
      expect(body.next_cursor).toEqual(expect.any(String))
    })

    it.each(['0', '201', '-1', '1.5', '1e2', '0x10', '', 'ten'])('refuses the limit "%s"', async limit => {
      const body = problem(await get(`?limit=${limit}`), 400, 'bad-parameter')
      expect(pointers(body)).toEqual(['/query/limit'])
    })

    it('takes a cursor alone, or with the parameters of the first page', async () => {
      const query = '?limit=3&fields=first_name&filter[updated_after]=2025-12-01T00:00:00Z&sort[by]=created_at'
      const first = await get(query)
      const alone = await get(`?cursor=${first.body.next_cursor}`)
      const repeated = await get(`${query}&cursor=${first.body.next_cursor}`)
      expect(Object.keys(alone.body.data[0])).toEqual(['id', 'first_name'])
      expect(alone.body.data).toHaveLength(3)
      expect(repeated.body.data).toEqual(alone.body.data)
    })

    it('refuses a cursor that it did not make', async () => {
      const { next_cursor } = (await get('?limit=2')).body
      const forged = [
        'A'.repeat(60),
        altered(next_cursor),
        next_cursor.slice(0, -4),
        `${next_cursor}AAAA`,
        btoa(JSON.stringify({ after: '1002' })),
        'next',
      ]
      for (const cursor of forged)
        problem(await get(`?limit=2&cursor=${encodeURIComponent(cursor)}`), 400, 'bad-cursor')
    })

    it('refuses a cursor beside another query', async () => {
      const { next_cursor } = (await get('?limit=2&filter[updated_after]=2025-12-01T00:00:00Z')).body
      for (const query of [
        'limit=3',
        'fields=name',
        'sort[by]=created_at',
        'filter[updated_after]=2025-12-02T00:00:00Z',
        'filter[email]=ada@analytical-engines.example',
      ])
        problem(await get(`?${query}&cursor=${next_cursor}`), 400, 'bad-cursor')
    })

    describe('of another', () => {
      let two: { key: string }
      beforeAll(async () => {
        two = await tenant()
        await connect('people', caller.entryPoint.sandbox, { key: two.key })
      })

      it('connection: its cursor is refused', async () => {
        const { next_cursor } = (await get('?limit=2')).body
        problem(await call(`GET /contacts?cursor=${next_cursor}`, { connection: 'scratch' }), 400, 'bad-cursor')
      })

      it('environment: its cursor is refused, though connection and integration have the same names', async () => {
        const { next_cursor } = (await get('?limit=2')).body
        const path = `GET /contacts?cursor=${next_cursor}`
        problem(await call(path, { connection, key: two.key }), 400, 'bad-cursor')
        expect((await call(path, { connection })).status).toBe(200)
      })
    })
  })

  describe('filters', () => {
    it('finds a contact by email', async () => {
      const { body } = await get('?filter[email]=ada@analytical-engines.example&fields=name')
      expect(body).toEqual({ data: [{ id: '1001', name: 'Ada Lovelace' }], next_cursor: null, warnings: [] })
    })

    it('finds nobody by an email that nobody has', async () => {
      const { body } = await get('?filter[email]=nobody@people.example')
      expect(body).toEqual({ data: [], next_cursor: null, warnings: [] })
    })

    it('finds those of a company', async () => {
      const pages = await walk('/contacts?limit=200&filter[company_id]=9001', { connection })
      expect(ids(pages)).toEqual(people.filter(person => person.company === 1).map(idOf))
      expect(ids(pages)).toContain('1001')
    })

    it('finds what changed since an instant, by keyset: every one, once, in order of id', async () => {
      const changed = people.filter(({ updated_at }) => updated_at >= '2026-01-01T00:00:00.000Z').map(idOf)
      expect(changed).toHaveLength(58)
      const pages = await walk('/contacts?limit=20&filter[updated_after]=2026-01-01T00:00:00Z', { connection })
      expect(sizes(pages)).toEqual([20, 20, 18])
      expect(ids(pages)).toEqual(changed)
    })

    it('includes the instant itself, in whichever offset it is written', async () => {
      // 1014 changed last of all, at 2026-02-03T08:14:14Z.
      for (const instant of ['2026-02-03T08:14:14Z', '2026-02-03T08:14:14.000Z', '2026-02-03T09:14:14%2B01:00'])
        expect(ids([await get(`?filter[updated_after]=${instant}`)])).toEqual(['1014'])
      expect(ids([await get('?filter[updated_after]=2026-02-03T08:14:15Z')])).toEqual([])
    })

    it('lets several filters all hold', async () => {
      const both = 'filter[email]=ada@analytical-engines.example&filter[updated_after]'
      expect(ids([await get(`?${both}=2025-10-06T08:01:01Z`)])).toEqual(['1001'])
      expect(ids([await get(`?${both}=2025-10-06T08:01:02Z`)])).toEqual([])
    })

    it('refuses a value that is not of the filter’s kind', async () => {
      for (const value of ['yesterday', '1767225600', '2026-13-01T00:00:00Z']) {
        const body = problem(await get(`?filter[updated_after]=${value}`), 400, 'bad-parameter')
        expect(pointers(body)).toEqual(['/query/filter[updated_after]'])
      }
    })

    it('refuses a filter that the model does not have, by name', async () => {
      const body = problem(await get('?filter[shoe_size]=9'), 422, 'unsupported-filter')
      expect(pointers(body)).toEqual(['/query/filter[shoe_size]'])
    })

    it('refuses filters that the provider does not offer together, with what it offers', async () => {
      const query = '?filter[name]=Ada%20Lovelace&filter[email]=ada@analytical-engines.example'
      const body = problem(await get(query), 422, 'unsupported-filter')
      expect(body.provider).toBe('hubspot')
      expect(JSON.stringify(body.errors)).toMatch(/email.*updated_after/)
    })

    it('refuses a parameter that does not exist, by name', async () => {
      for (const name of ['page', 'Limit', 'email', 'filters[email]']) {
        const body = problem(await get(`?${name}=1`), 400, 'bad-parameter')
        expect(pointers(body)).toEqual([`/query/${name}`])
      }
    })
  })

  describe('sorts', () => {
    const sorted = (name: 'created_at' | 'updated_at', sign: 1 | -1) =>
      [...people].sort((a, b) => sign * (Date.parse(a[name]) - Date.parse(b[name]))).map(idOf)

    it('sorts ascending', async () => {
      const { body } = await get('?limit=100&sort[by]=created_at&sort[direction]=asc')
      expect(ids([{ body } as Answer])).toEqual(sorted('created_at', 1).slice(0, 100))
      expect(body.data[0].created_at).toBe('2025-01-03T08:16:16.000Z')
    })

    it('sorts descending', async () => {
      const { body } = await get('?limit=100&sort[by]=updated_at&sort[direction]=desc')
      expect(ids([{ body } as Answer])).toEqual(sorted('updated_at', -1).slice(0, 100))
      expect(body.data[0]).toMatchObject({ id: '1014', updated_at: '2026-02-03T08:14:14.000Z' })
    })

    it('sorts ascending where no direction is named', async () => {
      expect(ids([await get('?limit=5&sort[by]=created_at')])).toEqual(sorted('created_at', 1).slice(0, 5))
    })

    it('keeps the order over pages', async () => {
      const pages = await walk('/contacts?limit=130&sort[by]=updated_at&sort[direction]=desc&fields=id', { connection })
      expect(sizes(pages)).toEqual([130, 130, 40])
      expect(ids(pages)).toEqual(sorted('updated_at', -1))
    })

    it('keeps the order of what a filter found', async () => {
      const pages = await walk(
        '/contacts?limit=25&sort[by]=created_at&sort[direction]=desc&filter[updated_after]=2026-01-01T00:00:00Z',
        { connection },
      )
      const late = new Set(people.filter(({ updated_at }) => updated_at >= '2026-01-01').map(idOf))
      expect(ids(pages)).toEqual(sorted('created_at', -1).filter(id => late.has(id)))
    })

    it('refuses a sort that nobody has, and one that the provider does not have', async () => {
      const unknown = problem(await get('?sort[by]=shoe_size'), 422, 'unsupported-sort')
      expect(JSON.stringify(unknown.errors)).toMatch(/created_at.*updated_at/)
      problem(await get('?sort[by]=name'), 422, 'unsupported-sort')
    })

    it('refuses a direction that does not exist, and one of nothing', async () => {
      const body = problem(await get('?sort[by]=created_at&sort[direction]=up'), 400, 'bad-parameter')
      expect(pointers(body)).toEqual(['/query/sort[direction]'])
      const alone = problem(await get('?sort[direction]=desc'), 400, 'bad-parameter')
      expect(pointers(alone)).toEqual(['/query/sort[by]'])
    })
  })
}
