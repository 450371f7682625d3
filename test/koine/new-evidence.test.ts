// Over real specifications, where they are at hand: the right paths, and a folder of which only values are left.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder, print } from '../../src/mapping/check/index.ts'
import { evidence, hasEvidence } from '../support/evidence.ts'
import { koine } from './command.ts'

// Each call is a process of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'koine-evidence-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

type Written = Record<'list' | 'get' | 'create' | 'update', Record<string, unknown>>
async function made(provider: string, file: string, models: string) {
  const spec = evidence(`specs/${provider}/${file}`)
  const run = await koine(['new', 'provider', provider, '--mappings', directory, '--models', models, '--spec', spec])
  const { folder } = readFolder(directory, provider)
  return {
    ...run,
    faults: checkFolder(folder).faults.map(print),
    provider: folder.provider as { requests: Written },
    models: folder.models as Record<string, { object?: string; fields: Record<string, unknown> } & Written>,
  }
}

describe.skipIf(!hasEvidence)('a real specification', () => {
  it('of a CRM whose models share their requests: Pipedrive', async () => {
    const { code, faults, provider, models } = await made('pipedrive', 'v2.yaml', 'contacts,companies,deals')
    expect([code, faults]).toEqual([0, []])
    expect(provider.requests).toMatchObject({
      list: { get: '/{object}', max: 500, records: 'data', page: { cursor: 'additional_data.next_cursor' } },
      get: { get: '/{object}/{id}', record: 'data' },
      create: { post: '/{object}' },
      update: { patch: '/{object}/{id}' },
    })
    expect(Object.values(models).map(({ object }) => object)).toEqual(['organizations', 'persons', 'deals'])
    expect(models.contacts!.fields).toMatchObject({
      name: { at: 'name', compose_from: ['first_name', 'last_name'] },
      company_id: { at: 'org_id', format: 'number-id' },
      created_at: 'add_time',
    })
  })

  it('of a tracker below two parameters, paged by a header: GitHub', async () => {
    const { code, faults, models } = await made('github', 'issues.json', 'tickets')
    expect([code, faults]).toEqual([0, []])
    const issues = '/repos/{connection.owner}/{connection.repo}/issues'
    expect(models.tickets).toMatchObject({
      list: { get: issues, max: 100, page: { link: 'next' } },
      get: { get: `${issues}/{id}` },
      create: { post: issues },
      update: { patch: `${issues}/{id}` },
      // An issue is found by its number, not by its id.
      fields: { id: 'number', status: { at: 'state', enum: { open: 'open', closed: 'closed' } } },
    })
  })

  it('of an API of forms and a continuation behind the last record: Stripe', async () => {
    const { code, faults, provider } = await made('stripe', 'openapi.json', 'contacts,invoices')
    expect([code, faults]).toEqual([0, []])
    expect(provider).toMatchObject({
      sends: 'form',
      requests: {
        list: {
          get: '/v1/{object}',
          query: { limit: '{limit}', starting_after: '{last.id}' },
          page: { last: {}, more: { has_more: true } },
        },
        update: { post: '/v1/{object}/{id}' },
      },
      dialect: { at_least: { query: { '{path}[gte]': '{value}' } } },
    })
  })
})
