// What test/provider/destination.test.ts does not have: further spellings, registries, and names that are resolved.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { destinationOf, isOwnHost, isPrivateAddress, refuseAddress } from '../../src/provider/destination.ts'
import { undiciSender } from '../../src/provider/senders/undici/index.ts'

const refusal = (address: string) => refuseAddress(new URL(address), false)
const INWARD = 'must not be a private or local address'

describe('spellings of an address that leads inwards', () => {
  it.each([
    'https://127.0.0.1.',
    'https://127.0.0.1..',
    'https://127%2e0%2e0%2e1',
    'https://①②⑦.⓪.⓪.①',
    'https://127。0。0。1',
    'https://0177.0.0.1',
    'https://0x7f.0.0.1',
    'https://0x7F.1',
    'https://127.0.1',
    'https://00000177.0.0.1',
    'https://0x0000000000000000007f000001',
    'https://3232235777',
    'https://0xA9FEA9FE',
    'https://169.254.43518',
    'https://10.1',
    'https://[::127.1.2.3]'.replace('127.1.2.3', '7f01:203'),
    'https://[::ffff:0a00:1]',
    'https://[0:0:0:0:0:ffff:c0a8:101]',
    'https://[::ffff:0:10.0.0.1]',
    'https://[64:ff9b::a00:1]',
    'https://[64:ff9b:1::808:808]',
    'https://[2002:c0a8:101::1]',
    'https://[2001::1]',
    'https://[2001:2::1]',
    'https://[2001:10::1]',
    'https://[2001:20::1]',
    'https://[3fff::1]',
    'https://[3fff:fff::1]',
    'https://[5f00::1]',
    'https://[100::1]',
    'https://[fdff:ffff::1]',
    'https://[febf::1]',
    'https://[fec0::1]',
    'https://[ff0e::1]',
    'https://LOCALHOST..',
    'https://foo.LocalHost.',
    'https://foo.INTERNAL',
    'https://printer.home.arpa',
    'https://db.corp',
    'https://db.localdomain',
    'https://lоcalhost'.replace('о', 'o'),
    'https://ｌｏｃａｌｈｏｓｔ',
    'https://local\u00adhost',
  ])('%s', address => {
    expect(refusal(address)).toBe(INWARD)
  })

  it.each(['https://metadata', 'https://kubernetes', 'https://a', 'https://router.'])('%s', address => {
    expect(refusal(address)).toBe('must be a full host name')
  })

  it.each([
    'https://127.0.0.1:99999',
    'https://0x100000000',
    'https://256.1.1.1',
    'https://1.2.3.4.5',
    'https://[fe80::1%25eth0]',
    'https://[::1',
    'https://exa mple.com',
    'https://%00',
    'https://',
  ])('%s is no address at all', address => {
    expect(URL.canParse(address)).toBe(false)
  })
})

describe('addresses beside the reserved ranges are let through', () => {
  it.each([
    'https://[2001:200::1]',
    'https://[2003::1]',
    'https://[2002:808:808::1]',
    'https://[4000::1]',
    'https://[5eff::1]',
    'https://[2a00:1450:4001::1]',
    'https://[::ffff:8.8.8.8]',
    'https://11.0.0.1',
    'https://126.255.255.255',
    'https://128.0.0.1',
    'https://172.32.0.1',
    'https://192.0.1.1',
    'https://192.167.255.255',
    'https://192.169.0.1',
    'https://198.17.255.255',
    'https://198.20.0.1',
    'https://198.51.99.1',
    'https://203.0.112.1',
    'https://223.255.255.255',
    'https://100.128.0.1',
    'https://134744072',
    'https://api.hubapi.com.',
    'https://xn--bcher-kva.example.com',
  ])('%s', address => {
    expect(refusal(address)).toBeUndefined()
  })
})

it('every address of a private network is one, and its neighbours are not', () => {
  for (const [first, last, before, after] of [
    ['10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fbff::', 'fe00::'],
    ['fe80::', 'febf:ffff::', 'fe7f::', 'ff7f::'],
  ] as const) {
    expect([first, last].map(isPrivateAddress)).toEqual([true, true])
    expect([before, after.startsWith('ff') ? before : after].map(isPrivateAddress)).toEqual([false, false])
  }
})

describe('the hosts of a provider', () => {
  it('are not imitated by what looks like one', () => {
    const hosts = ['api.hubapi.com', '*.salesforce.com']
    for (const host of [
      'api.hubapi.com.',
      'xapi.hubapi.com',
      'api-hubapi.com',
      'api.hubapi.com.evil.test',
      'salesforce.com',
      '.salesforce.com',
      'evilsalesforce.com',
      'salesforce.com.evil.test',
      'na1.salesforce.com.',
      'na1.salesforce.com\u0000.evil.test',
      '',
    ])
      expect(isOwnHost(host, hosts), host).toBe(false)
    for (const host of ['api.hubapi.com', 'API.HUBAPI.COM', 'na1.salesforce.com', 'a.b.my.salesforce.com'])
      expect(isOwnHost(host, hosts), host).toBe(true)
  })

  it('are called under no other name, port, protocol or user', () => {
    const own = { hosts: ['api.hubapi.com'], baseUrl: undefined, allowPrivate: false }
    for (const address of [
      'https://api.hubapi.com@evil.test/',
      'https://api.hubapi.com:pw@evil.test/',
      'https://evil.test#@api.hubapi.com/',
      'https://evil.test?@api.hubapi.com/',
      'https://evil.test\\@api.hubapi.com/',
      'https:\\\\evil.test/',
      'https:/evil.test/',
      'https:evil.test',
      '//evil.test/',
      '///evil.test',
      'https://api.hubapi.com\t.evil.test/',
      'https://api.hubapi.com%2eevil.test/',
      'https://api.hubapi.com:8443/',
      'https://api.hubapi.com:80/',
      'http://api.hubapi.com/',
      'ftp://api.hubapi.com/',
      'file:///etc/passwd',
      'data:application/json,{}',
      'javascript:1',
      'https://user@api.hubapi.com/',
      ' ',
      '',
    ])
      expect(destinationOf(address, own), address).toHaveProperty('refused')
    expect(destinationOf('https://api.hubapi.com:443/a/../b', own)).toEqual({
      url: new URL('https://api.hubapi.com/b'),
    })
  })
})

describe('a name that is resolved', () => {
  let server: Server
  let called = 0
  const closing: (() => Promise<void>)[] = []
  beforeEach(async () => {
    called = 0
    server = createServer((_, response) => {
      called++
      response.end('{}')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
    await new Promise(resolve => server.close(resolve))
  })

  /** Calls a name that resolves to these addresses; answers what came of it, and how often the name was asked for. */
  async function calling(addresses: readonly string[], allowPrivate = false) {
    let asked = 0
    const lookup = ((_: string, options: { all?: boolean }, done: (...given: unknown[]) => void) => {
      asked++
      const all = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (options.all) done(null, all)
      else done(null, all[0]?.address, all[0]?.family)
    }) as never
    const sender = undiciSender({ allowPrivate, lookup })
    closing.push(() => sender.close())
    const url = `http://crm.example.com:${(server.address() as AddressInfo).port}/`
    const common = { method: 'GET', url, headers: {}, signal: AbortSignal.timeout(5_000) }
    const one = await sender.send({ ...common, maxBytes: 100 })
    const other = await sender.stream(common)
    if ('response' in other) await other.response.body?.cancel()
    return { faults: [one, other].map(result => ('fault' in result ? result.fault : 'answered')), asked }
  }

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['0.0.0.0']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['::ffff:7f00:1']],
    [['fd12:3456::1']],
    [['fe80::1%eth0']],
    [['64:ff9b::127.0.0.1']],
    [['93.184.216.34', '127.0.0.1']],
    [['2606:2800:220::1', '::1']],
  ])('to %j is not called, by no way', async addresses => {
    expect((await calling(addresses)).faults).toEqual(['private-address', 'private-address'])
    expect(called).toBe(0)
  })

  it('is called at the address that was checked, not at one of a second look', async () => {
    const { faults, asked } = await calling(['127.0.0.1'], true)
    expect([faults, called]).toEqual([['answered', 'answered'], 2])
    expect(asked).toBeLessThanOrEqual(called)
  })
})
