import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inertApp } from '../../bin/generate/inert-app.ts'
import { notOffered } from '../../src/http/not-offered/routes.ts'
import { unsupportedWays } from '../../src/http/sign-in/form-routes.ts'
import { models } from '../../src/models/index.ts'
import { type Code, problems } from '../../src/problem/problems.ts'
import { document, operations } from './document.ts'

/** Pages and files for people, which are no operations of the API. */
const PAGES = [
  'GET /openapi.json',
  'GET /docs',
  'GET /docs/reference.js',
  'GET /docs/start.js',
  'GET /problems/{code}',
  'GET /connect/{token}',
  'POST /connect/{token}',
  'GET /connect/{token}/status',
  'GET /connect-ui',
  'GET /connect-ui/',
  'GET /connect-ui/callback.js',
  'GET /connect-ui/page.css',
  'GET /connect-ui/page.js',
  'GET /connect-ui/waiting.js',
  'GET /connect.js',
  'GET /oauth/start/{attempt}',
  'GET /oauth/callback',
  'GET /oauth/connect/{key}',
  'GET /connect.d.ts',
]

/** Requests of a caller's own, which have no schema: docs/operations.md. */
const PROXY = '/proxy/*'

test('what the app serves is documented, and what is documented is served', () => {
  const served = new Set(
    inertApp()
      .routes.filter(({ method, path }) => method !== 'ALL' && path !== PROXY)
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')}`),
  )
  const refused = [...notOffered, ...unsupportedWays.map(path => ({ method: 'POST', path }))].map(
    ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
  )
  expect(refused.filter(route => !served.has(route))).toEqual([])
  expect([...served].filter(route => ![...PAGES, ...refused].includes(route)).sort()).toEqual(
    [...operations.keys()].sort(),
  )
})

test('every operation says what it is, under a tag that is described', () => {
  const described = new Set(document.tags.filter(tag => tag.description).map(tag => tag.name))
  const ids = new Set<string>()
  for (const [route, { operationId, summary, tags = [], responses }] of operations) {
    expect(operationId, route).toMatch(/^[a-z]\w+$/)
    expect(summary, route).toBeTruthy()
    expect(tags.length, route).toBe(1)
    expect(described, route).toContain(tags[0])
    expect(
      Object.keys(responses).some(status => status.startsWith('4')),
      route,
    ).toBe(true)
    ids.add(operationId!)
  }
  expect(ids.size).toBe(operations.size)
})

test('every failure comes from the table of problems', () => {
  for (const [route, { responses }] of operations) {
    for (const [status, { description, content }] of Object.entries(responses)) {
      if (Number(status) < 400) continue
      const where = `${route} ${status}`
      expect(content, where).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      })
      for (const line of description.split('\n\n')) {
        const [, code = '', description] = /^`([a-z-]+)`: (.+)$/.exec(line) ?? []
        expect(Object.keys(problems), where).toContain(code)
        expect(
          { status: String(problems[code as Code].status), description: problems[code as Code].description },
          where,
        ).toEqual({
          status,
          description,
        })
      }
    }
  }
})

test('the unified routes name the headers that say who a call is for', () => {
  for (const { name } of Object.values(models))
    for (const route of [`GET /${name}`, `POST /${name}`, `PATCH /${name}/{id}`, `DELETE /${name}/{id}`]) {
      const headers = operations.get(route)?.parameters?.filter(parameter => parameter.in === 'header')
      expect(headers?.slice(0, 2), route).toMatchObject([
        { name: 'connection-id', required: true },
        { name: 'provider-config-key', required: false },
      ])
    }
})

test('the version is that of the package', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(document.info.version).toBe(manifest.version)
})

test('the example of `fields` names fields that the model has', () => {
  for (const { name, fields } of Object.values(models))
    for (const route of [`GET /${name}`, `GET /${name}/{id}`]) {
      const example = operations.get(route)?.parameters?.find(parameter => parameter.name === 'fields')?.schema.example
      expect(Object.keys(fields), route).toEqual(expect.arrayContaining(String(example).split(',')))
    }
})
