import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Server } from '../../src/node.ts'
import { text } from './document.ts'
import { startAlone } from './gateway.ts'

let gateway: Server
beforeAll(async () => {
  gateway = await startAlone()
})
afterAll(() => gateway.close())

test('the gateway serves the committed document, to any origin', async () => {
  const answer = await fetch(`${gateway.url}/openapi.json`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(await answer.text()).toBe(text)
})

test('every problem has the page that its type names', async () => {
  const { type } = (await (await fetch(`${gateway.url}/nowhere`)).json()) as { type: string }
  const page = await fetch(new URL(type, gateway.url))
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<code>not-found</code>')
})
