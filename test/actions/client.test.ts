import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { configure, startGateway } from '../../src/node.ts'
import { settings } from '../contract/entry-point.ts'
import { startUpstream } from '../contract/upstream.ts'
import { CLIENT, clientCases, isInstalled, type Served } from './client.ts'

let served: Served
const closing: (() => unknown)[] = []
beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'koine-client-'))
  closing.push(() => rmSync(directory, { recursive: true, force: true }))
  const { upstream, close } = await startUpstream()
  closing.push(close)
  const configured = configure({ ...settings, KOINE_DATA: directory, PORT: '0' })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  const gateway = await startGateway(configured.config, () => {})
  closing.push(gateway.close)
  served = { gateway: gateway.url, key: settings.KOINE_SECRET_KEY, provider: upstream.scratch }
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

it('the lockfile of the client names no registry, and its version exactly', () => {
  const lock = readFileSync(join(CLIENT, 'package-lock.json'), 'utf8')
  expect(lock).not.toMatch(/"resolved"|registry/)
  expect(JSON.parse(lock).packages['node_modules/@nangohq/node'].version).toBe('0.71.10')
})

it.skipIf(!isInstalled)('the client’s own types allow every call', async () => {
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
  await promisify(execFile)(process.execPath, [tsc, '-p', CLIENT]).catch(({ stdout }) => expect.fail(stdout))
})

clientCases('on Node', () => served)
