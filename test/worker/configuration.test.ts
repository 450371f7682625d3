import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import worker from '../../src/worker.ts'

const health = (bindings: object) =>
  worker.fetch(new Request('http://gateway.example/health'), bindings as typeof env, createExecutionContext())

it('a Worker without its secrets answers 503, and its log says which are missing', async () => {
  const { KOINE_MASTER_KEY: _, ...rest } = env
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  const answer = await health(rest)
  const lines = written.mock.calls.map(([line]) => String(line))
  written.mockRestore()
  expect(answer.status).toBe(503)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({ code: 'unavailable', status: 503 })
  expect(text).not.toContain('KOINE_')
  expect(lines.map(line => JSON.parse(line))).toEqual([
    { level: 'error', configuration: ['KOINE_MASTER_KEY: required'] },
  ])
})

it('a Worker whose keys somebody could guess answers 503, unless it may reach private hosts, as in development', async () => {
  const { KOINE_ALLOW_PRIVATE_HOSTS: _, ...production } = env
  const weak = { KOINE_SECRET_KEY: 'changeme123' }
  const written = vi.spyOn(console, 'log').mockImplementation(() => {})
  expect((await health({ ...production, ...weak })).status).toBe(503)
  expect(String(written.mock.calls[0]?.[0])).toContain('KOINE_SECRET_KEY: too easy to guess')
  written.mockRestore()
})

it('serves as soon as they are there', async () => {
  expect((await health(env)).status).toBe(200)
})
