import { describe, expect, it } from 'vitest'
import { koine, koineProcess } from './command.ts'

describe('the command line', () => {
  it('says what there is', async () => {
    const { code, out } = await koineProcess(['--help'])
    expect(code).toBe(0)
    for (const name of ['actions', 'check', 'explain', 'connect', 'dryrun', 'new provider', 'deploy', 'reseal'])
      expect(out).toContain(`\n  ${name}`)
    expect((await koine([])).code).toBe(2)
    const one = await koine(['dryrun', '--help'])
    expect([one.code, one.out]).toEqual([0, expect.stringContaining('--offline')])
  })

  it('names the nearest command for one that there is not', async () => {
    const { code, err } = await koine(['dryrn'])
    expect([code, err]).toEqual([2, expect.stringContaining('There is no command "dryrn"; did you mean "dryrun"?')])
  })

  it('refuses what it does not know, with its usage', async () => {
    const flag = await koine(['actions', '--jsn'])
    expect([flag.code, flag.err]).toEqual([2, expect.stringContaining('Usage: npm run koine -- actions')])
    const missing = await koine(['dryrun', 'get-contact'])
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('Name an action and a connection.')])
  })
})

describe('actions', () => {
  it('lists every action of a provider with its description and input', async () => {
    const { code, out } = await koine(['actions', 'github'])
    expect(code).toBe(0)
    expect(out).toContain('  create-issue\n    Makes an issue')
    expect(out).toContain('      title: string  Title of the issue.')
    expect(out).toContain('      [milestone]: integer  Number of the milestone')
    expect(out).toContain('  list-tickets\n    Lists tickets, a page at a time.')
    expect(out).not.toContain('list-contacts')
  })

  it('gives whole schemas as JSON', async () => {
    const { hubspot } = JSON.parse((await koine(['actions', 'hubspot', '--json'])).out)
    const get = hubspot.find(({ name }: { name: string }) => name === 'get-contact')
    expect(get.input.schema).toMatchObject({ type: 'object', required: ['id'] })
  })

  it('names the nearest provider', async () => {
    const { code, err } = await koine(['actions', 'hubspt'])
    expect([code, err]).toEqual([1, expect.stringContaining('did you mean "hubspot"?')])
  })
})

describe('explain', () => {
  const folder = 'mappings/hubspot/fixtures'
  it('shows the requests and where each field comes from', async () => {
    const { code, out } = await koine(['explain', `${folder}/contacts-get.json`])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^Requests\nGET https:\/\/api\.hubapi\.com\/crm\/v3\/objects\/contacts\/\d+\?properties=\S+ → 200/,
    )
    expect(out).toMatch(/first_name +mappings\/hubspot\/contacts\.json#\/fields\/first_name {2}← properties\.firstname/)
  })

  it('shows a body, and the same as JSON', async () => {
    const { out } = await koine(['explain', `${folder}/contacts-create.json`, '--json'])
    const { requests, fields } = JSON.parse(out)
    expect(requests[0]).toMatchObject({ method: 'POST', status: 201, body: { properties: expect.any(Object) } })
    expect(fields.id).toEqual({ file: 'mappings/hubspot/contacts.json', pointer: '/fields/id', paths: ['id'] })
    expect(out).not.toContain('offline-token')
  })

  it('shows a call that fails', async () => {
    const { code, out } = await koine(['explain', `${folder}/contacts-get-missing.json`])
    expect([code, out]).toEqual([0, expect.stringContaining('"code": "record-not-found"')])
  })

  it('refuses what is no fixture', async () => {
    expect(await koine(['explain', `${folder}/none.json`])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no file/),
    })
    expect(await koine(['explain', 'package.json'])).toMatchObject({ code: 1, err: expect.stringMatching(/fixtures/) })
  })
})

describe('deploy', () => {
  it('says that actions deploy together', async () => {
    const { code, err } = await koineProcess(['deploy', 'dev', '--action', 'create-issue'])
    expect([code, err]).toEqual([1, expect.stringContaining('Actions deploy together')])
  })

  it('deploys to one environment', async () => {
    expect((await koineProcess(['deploy', 'dev', 'prod'])).code).toBe(2)
  })
})
