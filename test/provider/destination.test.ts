import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { destinationOf, isOwnHost, isPrivateAddress, refuseAddress } from '../../src/provider/destination.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'

const refusal = (address: string, allowPrivate = false) => refuseAddress(new URL(address), allowPrivate)

describe('an address that leads inwards', () => {
  // Each in the spelling of a caller; `URL` turns some of them into four numbers.
  it.each([
    'https://127.0.0.1',
    'https://127.0.0.1:8443/path',
    'https://127.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://017700000001',
    'https://0',
    'https://localhost',
    'https://LocalHost',
    'https://localhost.',
    'https://a.localhost',
    'https://[::1]',
    'https://[0:0:0:0:0:0:0:1]',
    'https://[::]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:7f00:1]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::127.0.0.1]',
    'https://[2002:7f00:1::]',
    'https://[fe80::1]',
    'https://[fc00::1]',
    'https://[ff02::1]',
    'https://[2001:db8::1]',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1',
    'https://172.31.255.255',
    'https://192.168.0.1',
    'https://100.64.0.1',
    'https://198.18.0.1',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://metadata.google.internal',
    'https://metadata.google.internal.',
    'https://printer.local',
    'https://nas.lan',
    'https://１２７.０.０.１',
  ])('%s is refused', address => {
    expect(refusal(address)).toBe('must not be a private or local address')
  })

  it('is refused for its protocol first', () => {
    for (const address of ['http://127.0.0.1', 'http://api.hubapi.com', 'ftp://api.hubapi.com', 'ws://api.hubapi.com'])
      expect(refusal(address)).toBe('must be https')
  })

  it('is refused when it is a name of one part', () => {
    expect(refusal('https://intranet')).toBe('must not be a private or local address')
    expect(refusal('https://router')).toBe('must be a full host name')
  })

  it('is refused with a user name or password, whatever is allowed', () => {
    for (const address of ['https://a@api.hubapi.com', 'https://a:b@api.hubapi.com', 'https://:b@api.hubapi.com'])
      for (const allowed of [false, true])
        expect(refusal(address, allowed)).toBe('must not hold a user name or password')
  })

  it('is let through where private hosts are allowed, by http and https alone', () => {
    for (const address of ['http://127.0.0.1:3000', 'https://localhost', 'http://[::1]:80'])
      expect(refusal(address, true)).toBeUndefined()
    expect(refusal('file:///etc/passwd', true)).toBe('must be https')
  })
})

describe('an address that leads outwards', () => {
  it.each([
    'https://api.hubapi.com',
    'https://8.8.8.8',
    'https://172.15.0.1',
    'https://172.32.0.1',
    'https://100.63.0.1',
    'https://169.253.0.1',
    'https://[2606:4700::1111]',
    'https://[64:ff9b::8.8.8.8]',
    'https://localhost.example.com',
    'https://internal.example.com',
    'https://10.0.0.1.example.com',
  ])('%s is let through', address => {
    expect(refusal(address)).toBeUndefined()
  })
})

describe('a resolved address', () => {
  it('is judged without brackets, and refused where it is no address that we can read', () => {
    for (const address of ['::1', '::ffff:10.0.0.1', '127.0.0.1', 'fe80::1%eth0', 'nonsense:address'])
      expect(isPrivateAddress(address), address).toBe(true)
    for (const address of ['2606:4700::1111', '8.8.8.8', 'api.hubapi.com'])
      expect(isPrivateAddress(address), address).toBe(false)
  })

  it('is checked when the connection is made: a name that leads inwards is not called', async () => {
    let called = 0
    const server = createServer((_, response) => {
      called++
      response.end('{}')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const request = {
      method: 'GET',
      url: `http://localhost:${port}/`,
      headers: {},
      signal: AbortSignal.timeout(5_000),
      maxBytes: 100,
    }
    const guarded = undiciSender({ allowPrivate: false })
    const open = undiciSender({ allowPrivate: true })
    try {
      expect(await guarded.send(request)).toEqual({ fault: 'private-address' })
      expect(called).toBe(0)
      expect(await open.send({ ...request, url: `http://127.0.0.1:${port}/` })).toHaveProperty('response.text', '{}')
      expect(called).toBe(1)
    } finally {
      await Promise.all([guarded.close(), open.close()])
      await new Promise(resolve => server.close(resolve))
    }
  })
})

describe('the hosts of a provider', () => {
  it('are its own, and those under a wildcard', () => {
    expect(isOwnHost('API.hubapi.com', ['api.hubapi.com'])).toBe(true)
    expect(isOwnHost('eu.crm.example.com', ['*.example.com'])).toBe(true)
    for (const host of ['example.com', 'notexample.com', 'example.com.evil.test', '.example.com'])
      expect(isOwnHost(host, ['*.example.com']), host).toBe(false)
  })

  const own = { hosts: ['api.hubapi.com'], baseUrl: undefined, allowPrivate: false }
  it('are called, and nobody else', () => {
    expect(destinationOf('https://api.hubapi.com/crm?after=2', own)).toEqual({
      url: new URL('https://api.hubapi.com/crm?after=2'),
    })
    for (const address of ['https://evil.test/', 'https://api.hubapi.com.evil.test/', 'https://127.0.0.1/'])
      expect(destinationOf(address, own), address).toHaveProperty('refused')
    expect(destinationOf('https://api.hubapi.com:8443/', own)).toEqual({ refused: 'is on another port' })
    expect(destinationOf('http://api.hubapi.com/', own)).toEqual({ refused: 'must be https' })
    expect(destinationOf('/crm', own)).toEqual({ refused: 'is not an address' })
  })

  it('are replaced by base_url, also in the address of a next page', () => {
    const moved = { ...own, baseUrl: 'https://sandbox.example.com/hubspot/' }
    expect(destinationOf('https://api.hubapi.com/crm?after=2', moved)).toEqual({
      url: new URL('https://sandbox.example.com/hubspot/crm?after=2'),
    })
    expect(destinationOf('https://sandbox.example.com/hubspot/crm', moved)).toHaveProperty('url')
    expect(destinationOf('https://evil.test/crm', moved)).toEqual({ refused: 'is not on one of the provider’s hosts' })
    expect(destinationOf('https://api.hubapi.com/crm', { ...own, baseUrl: 'https://10.0.0.1' })).toEqual({
      refused: 'must not be a private or local address',
    })
  })
})
