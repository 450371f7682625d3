import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configure } from '../../src/node.ts'
import { settings } from '../contract/entry-point.ts'
import { directory, type Running, run } from './process.ts'

const { KOINE_MASTER_KEY: master, KOINE_SECRET_KEY: secret } = settings
let place: Awaited<ReturnType<typeof directory>>
const running: Running[] = []
beforeEach(async () => {
  place = await directory()
})
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  await place.remove()
})
const start = (env: Record<string, string>) => {
  const process = run('src/node.ts', { KOINE_DATA: place.path, PORT: '0', ...env })
  running.push(process)
  return process
}
const faultsOf = (environment: Record<string, string>): string[] => {
  const configured = configure({
    KOINE_MASTER_KEY: master,
    KOINE_SECRET_KEY: secret,
    KOINE_DATA: place.path,
    ...environment,
  })
  return configured.ok ? [] : configured.faults
}

describe('settings', () => {
  it('have defaults', () => {
    const configured = configure({ KOINE_MASTER_KEY: master, KOINE_SECRET_KEY: secret })
    expect(configured).toEqual({
      ok: true,
      config: expect.objectContaining({
        HOST: '127.0.0.1',
        PORT: 8787,
        KOINE_DATA: '.koine',
        KOINE_ALLOW_PRIVATE_HOSTS: false,
        KOINE_PROVIDER_TIMEOUT: 30,
      }),
    })
  })

  it('are refused when they do not exist, one sentence each', async () => {
    expect(faultsOf({ KOINE_MASTERKEY: 'x', KOINE_DEBUG: '' })).toEqual([
      'KOINE_MASTERKEY: no such setting',
      'KOINE_DEBUG: no such setting',
    ])
    const process = start({ ...settings, KOINE_MASTERKEY: 'x' })
    expect(await process.ended).toBe(1)
    expect([process.out(), process.err()]).toEqual(['', 'KOINE_MASTERKEY: no such setting\n'])
  })

  it('are refused when they cannot be read, without being shown', () => {
    const faults = faultsOf({ PORT: 'eighty', KOINE_PROVIDER_TIMEOUT: 'soon', KOINE_ALLOW_PRIVATE_HOSTS: 'yes' })
    expect(faults.map(fault => fault.split(':')[0]).sort()).toEqual([
      'KOINE_ALLOW_PRIVATE_HOSTS',
      'KOINE_PROVIDER_TIMEOUT',
      'PORT',
    ])
    expect(faults.join()).not.toMatch(/eighty|soon/)
    expect(faultsOf({ KOINE_SECRET_KEY: 'short' })).toEqual(['KOINE_SECRET_KEY: at least 8 characters'])
  })

  it('are unset when they are empty', () => {
    expect(faultsOf({ PORT: '', KOINE_RATE_LIMIT: '' })).toEqual([])
  })

  it('a master key that is none ends the process, and is not shown', async () => {
    const process = start({ ...settings, KOINE_MASTER_KEY: 'bm90LTMyLWJ5dGVz' })
    expect(await process.ended).toBe(1)
    expect(process.err()).toContain('KOINE_MASTER_KEY')
    expect(process.out() + process.err()).not.toContain('bm90LTMyLWJ5dGVz')
  })
})

describe('settings in files', () => {
  it('are read, without the end of their line', async () => {
    const path = join(place.path, 'key-in-a-file')
    await writeFile(path, `${secret}\n`)
    const process = start({ KOINE_MASTER_KEY: master, KOINE_SECRET_KEY_FILE: path })
    const [, url = ''] = await process.said(/"listening":"([^"]+)"/)
    const { status } = await fetch(`${url}/environment`, { headers: { authorization: `Bearer ${secret}` } })
    expect(status).toBe(200)
  })

  it('are refused beside the setting itself, or where there is no such file or setting', async () => {
    const path = join(place.path, 'secret')
    await writeFile(path, secret)
    expect(faultsOf({ KOINE_SECRET_KEY_FILE: path })).toEqual([
      'KOINE_SECRET_KEY_FILE: KOINE_SECRET_KEY is set too; set one of them',
    ])
    const missing = configure({ KOINE_MASTER_KEY: master, KOINE_SECRET_KEY_FILE: join(place.path, 'nowhere') })
    expect(missing).toEqual({ ok: false, faults: ['KOINE_SECRET_KEY_FILE: the file cannot be read'] })
    await chmod(path, 0o600)
    expect(faultsOf({ KOINE_COLOUR_FILE: path })).toEqual(['KOINE_COLOUR: no such setting'])
  })
})

describe('keys', () => {
  const readKeys = () => Promise.all(['master-key', 'secret-key'].map(name => readFile(join(place.path, name), 'utf8')))

  it('are made once where nobody gave any, for us alone', async () => {
    const first = start({})
    const [, url = ''] = await first.said(/"listening":"([^"]+)"/)
    const kept = await readKeys()
    expect(Buffer.from(kept[0]!.trim(), 'base64')).toHaveLength(32)
    expect(kept[1]).toMatch(/^koine_[\w-]{43}\n$/)
    for (const name of ['master-key', 'secret-key'])
      expect((await stat(join(place.path, name))).mode & 0o777).toBe(0o600)
    const { status } = await fetch(`${url}/environment`, { headers: { authorization: `Bearer ${kept[1]!.trim()}` } })
    expect(status).toBe(200)
    // As from a keyboard: a supervisor's signal is announced for some seconds first, which test/node/drain.test.ts looks at.
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)
    expect(first.out() + first.err()).not.toContain(kept[1]!.trim())

    await start({}).said(/"listening"/)
    expect(await readKeys()).toEqual(kept)
  })

  it('that somebody could guess are refused in production, each with a way to make one, and fine elsewhere', async () => {
    const weak = {
      KOINE_MASTER_KEY: `next:${master},default:${Buffer.alloc(32).toString('base64')}`,
      KOINE_SECRET_KEY: 'changeme123',
    }
    expect(faultsOf(weak)).toEqual([])
    const production = { NODE_ENV: 'production' }
    expect(faultsOf({ ...weak, ...production })).toEqual([
      expect.stringMatching(/^KOINE_MASTER_KEY: .*openssl rand -base64 32/),
      expect.stringMatching(/^KOINE_SECRET_KEY: .*openssl rand -hex 32/),
    ])
    for (const [name, value] of [
      ['KOINE_MASTER_KEY', Buffer.alloc(32, 255).toString('base64url')],
      ['KOINE_MASTER_KEY', Buffer.from('0123'.repeat(8)).toString('base64')],
      ['KOINE_SECRET_KEY', 'a'.repeat(40)],
      ['KOINE_SECRET_KEY', 'koine_dev_key'],
    ] as const)
      expect(faultsOf({ ...production, [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: `))])
    expect(faultsOf(production)).toEqual([])
    const process = start({ ...production, ...weak, KOINE_MASTER_KEY: master })
    expect(await process.ended).toBe(1)
    expect(process.err()).not.toContain('changeme123')
  })

  it('are not made in production', async () => {
    const process = start({ NODE_ENV: 'production' })
    expect(await process.ended).toBe(1)
    expect(process.err().trim().split('\n').sort()).toEqual([
      'KOINE_MASTER_KEY: required',
      'KOINE_SECRET_KEY: required',
    ])
    await expect(readKeys()).rejects.toThrow()
  })
})
