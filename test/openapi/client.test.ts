import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connectDemo } from '../../sandbox/demo.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { configure, startGateway } from '../../src/node.ts'

const CLIENT = fileURLToPath(new URL('../clients/openapi/', import.meta.url))
const isInstalled = existsSync(join(CLIENT, 'node_modules'))
const run = promisify(execFile)
const node = (...args: string[]) => run(process.execPath, args, { cwd: CLIENT })

test('the lockfile of the client names no registry', () => {
  expect(readFileSync(join(CLIENT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|registry/)
})

describe.skipIf(!isInstalled)('a client made from the document (`npm ci` in test/clients/openapi)', () => {
  test('compiles, refuses what the document forbids, and runs against a gateway', { timeout: 60_000 }, async () => {
    await node(
      'node_modules/openapi-typescript/bin/cli.js',
      fileURLToPath(new URL('../../openapi/openapi.json', import.meta.url)),
      '--output',
      'dist/schema.d.ts',
    )
    await node('node_modules/typescript/bin/tsc').catch(error => expect.fail(error.stdout))

    const directory = mkdtempSync(join(tmpdir(), 'koine-client-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const configured = configure({ KOINE_DATA: directory, PORT: '0', KOINE_ALLOW_PRIVATE_HOSTS: '1' })
    if (!configured.ok) throw new Error(configured.faults.join('\n'))
    const gateway = await startGateway(configured.config, () => {})
    onTestFinished(() => gateway.close())
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.close())
    const key = configured.config.KOINE_SECRET_KEY
    await connectDemo(gateway.url, key, sandbox.url)

    const { stdout } = await node('client.ts', gateway.url, key, 'demo-hubspot')
    const steps = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(Object.fromEntries(steps.map(({ step, told }) => [step, told]))).toEqual({
      list: { names: ['Ada Lovelace'], next: null, warnings: 0 },
      get: { same: true, email: 'ada@analytical-engines.example' },
      create: { status: 201, name: 'Kay McNulty' },
      problem: { status: 404, advice: 'it is gone' },
      deals: ['won'],
    })
  })
})
