import { describe, expect, it } from 'vitest'
import { callerOf, pointers, problem } from './caller.ts'
import { type EntryPoint, settings } from './entry-point.ts'

/** The settings of production: private and local addresses are nobody's provider. */
const { KOINE_ALLOW_PRIVATE_HOSTS: _, ...production } = settings

export { production }

/** Addresses that lead into the network of the gateway, in the spellings that `URL` accepts. */
const hosts = [
  '127.0.0.1',
  '127.1',
  '0.0.0.0',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'api.localhost',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[fe80::1]',
  '[fd00::1]',
  '169.254.169.254',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '2130706433',
  '0x7f000001',
  '017700000001',
  'metadata.google.internal',
  'router',
]

/** What a gateway refuses to call unless KOINE_ALLOW_PRIVATE_HOSTS is set. */
export function privateHosts(entryPoint: () => Pick<EntryPoint, 'fetch' | 'key'>): void {
  const { call } = callerOf(entryPoint as () => EntryPoint)
  const make = (address: string, name = 'base_url') =>
    call('POST /integrations', {
      body: { provider: 'hubspot', unique_key: 'inward', integration_config: { [name]: address } },
    })

  describe('without KOINE_ALLOW_PRIVATE_HOSTS', () => {
    it.each(hosts)('no integration calls %s', async host => {
      for (const address of [`https://${host}`, `https://${host}:8443/hubspot`, `http://${host}`]) {
        const body = problem(await make(address), 422, 'invalid-field')
        expect(pointers(body), address).toEqual(['/integration_config/base_url'])
      }
    })

    it('no integration calls by http, or by another protocol', async () => {
      for (const address of ['http://api.hubapi.com', 'ftp://api.hubapi.com', 'file:///etc/passwd', '//api.hubapi.com'])
        expect(pointers(problem(await make(address), 422, 'invalid-field'))).toEqual(['/integration_config/base_url'])
    })

    it('no address has a user, a query or a fragment', async () => {
      for (const address of ['https://a:b@api.hubapi.com', 'https://api.hubapi.com?a=b', 'https://api.hubapi.com#a'])
        problem(await make(address), 422, 'invalid-field')
    })

    it('the addresses of sign-in are held to the same', async () => {
      for (const name of ['authorize_url', 'token_url']) {
        const body = problem(await make('https://169.254.169.254/token', name), 422, 'invalid-field')
        expect(pointers(body)).toEqual([`/integration_config/${name}`])
      }
    })

    it('an integration may call a public host by https', async () => {
      expect((await make('https://sandbox.hubapi.example.com/base')).status).toBe(200)
      const change = (base_url: string) =>
        call('PATCH /integrations/inward', { body: { integration_config: { base_url } } })
      problem(await change('https://127.0.0.1'), 422, 'invalid-field')
      const { body } = await call('GET /integrations/inward')
      expect(body.data.integration_config.base_url).toBe('https://sandbox.hubapi.example.com/base')
    })
  })
}
