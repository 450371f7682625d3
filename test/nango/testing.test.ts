import { type Action, createAction } from 'nango'
import { ActionFailed, runAction } from 'nango/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import github from '../../mappings/github/provider.json' with { type: 'json' }

const countIssues = createAction({
  description: 'Counts the open issues of a repository.',
  input: z.strictObject({ repo: z.string() }),
  output: z.object({ open: z.number() }),
  exec: async (nango, { repo }) => {
    let open = 0
    const paginate = { type: 'link', link_rel_in_response_header: 'next' } as const
    for await (const issues of nango.paginate({
      endpoint: `/repos/${repo}/issues`,
      params: { state: 'open' },
      paginate,
    }))
      open += issues.length
    return { open }
  },
})
const path = '/repos/ada/engine/issues'
const first = {
  request: { method: 'GET', path, query: { state: 'open' } },
  reply: {
    status: 200,
    headers: { link: `<https://api.github.com${path}?state=open&page=2>; rel="next"` },
    body: [{ id: 1 }, { id: 2 }],
  },
} as const
const second = {
  request: { method: 'GET', path, query: { state: 'open', page: '2' } },
  reply: { status: 200, body: [{ id: 3 }] },
} as const
const input = { repo: 'ada/engine' }

describe('runAction', () => {
  it('runs an action over exchanges, and answers its output and requests', async () => {
    const { output, requests } = await runAction(countIssues, { provider: github, input, exchanges: [first, second] })
    expect(output).toEqual({ open: 3 })
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET https://api.github.com${path}?state=open`,
      `GET https://api.github.com${path}?state=open&page=2`,
    ])
    expect(requests[0]?.headers.authorization).toBe('Bearer test-token')
  })

  it('fails where a request is more, less or other', async () => {
    const run = (...exchanges: (typeof first | typeof second)[]) =>
      runAction(countIssues, { provider: github, input, exchanges })
    await expect(run(first)).rejects.toThrow(`a request too many: GET https://api.github.com${path}?state=open&page=2`)
    await expect(run(second)).rejects.toThrow('/exchanges/0/request/query/page: expected "2", missing')
    await expect(run(first, second, second)).rejects.toThrow('1 requests were due and not made')
  })

  it('throws what the caller would get', async () => {
    const invalid = runAction(countIssues, { input: { repo: 7 } })
    await expect(invalid).rejects.toMatchObject({
      code: 'action-input-invalid',
      status: 400,
      errors: [{ pointer: '/repo' }],
    })
    await expect(invalid).rejects.toBeInstanceOf(ActionFailed)
    const missing = { ...first, reply: { status: 404, body: { message: 'Not Found' } } }
    const refused = runAction(countIssues, { provider: github, input, exchanges: [missing] })
    await expect(refused).rejects.toMatchObject({
      code: 'record-not-found',
      status: 404,
      upstream: { status: 404, message: 'Not Found' },
    })
  })

  const act = (exec: Action<z.ZodUnknown, z.ZodUnknown>['exec']) =>
    createAction({ description: 'Tries the context.', input: z.unknown(), output: z.unknown(), exec })

  it('gives the context that was asked for', async () => {
    const action = act(async nango => {
      await nango.updateMetadata({ seen: true })
      return {
        who: [nango.connectionId, nango.providerConfigKey],
        metadata: await nango.getMetadata(),
        variables: await nango.getEnvironmentVariables(),
        token: await nango.getToken(),
        config: (await nango.getConnection()).connection_config,
      }
    })
    const { output } = await runAction(action, {
      connection: {
        connection_id: 'customer-1',
        provider_config_key: 'crm',
        connection_config: { tenant: 'north' },
        credentials: { type: 'API_KEY', apiKey: 'k' },
      },
      metadata: { plan: 'gold' },
      environmentVariables: { REGION: 'eu' },
    })
    expect(output).toEqual({
      who: ['customer-1', 'crm'],
      metadata: { plan: 'gold', seen: true },
      variables: [{ name: 'REGION', value: 'eu' }],
      token: { type: 'API_KEY', apiKey: 'k' },
      config: { tenant: 'north' },
    })
  })

  it('keeps a payload, tries again at once, and triggers the actions it was given', async () => {
    const refusing = act(nango => {
      throw new nango.ActionError({ message: 'No.', why: 'because' })
    })
    await expect(runAction(refusing)).rejects.toMatchObject({
      message: 'No.',
      code: 'action-failed',
      payload: { message: 'No.', why: 'because' },
    })
    const request = { method: 'POST', path: '/v1/things', body: { a: 1 } } as const
    const posting = act(async nango => {
      const { data } = await nango.post<object>({ endpoint: '/v1/things', data: { a: 1 }, retries: 1 })
      return { ...data, inner: await nango.triggerAction('test', 'test', 'inner', 2) }
    })
    const { output } = await runAction(posting, {
      exchanges: [
        { request, reply: { status: 503 } },
        { request, reply: { status: 201, body: { id: 1 } } },
      ],
      actions: { inner: act((_, n) => Number(n) * 2) as never },
    })
    expect(output).toEqual({ id: 1, inner: 4 })
  })
})
