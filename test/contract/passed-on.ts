import { describe, expect, it } from 'vitest'
import { type Caller, problem } from './caller.ts'

const TOKEN = 'pat-na1-8f3bc2d4e5f6a7b8c9'

/** What the proxy passes on, and what not. */
export function passedOn(caller: Caller): void {
  const { call, connect } = caller
  const ask = (request: string) =>
    call(request, { connection: 'echoing', headers: { 'provider-config-key': 'echoing' } })

  describe('the proxy passes on', () => {
    it.each(['plain', 'gzip'])('what a provider says without the credential, and with a policy: %s', async how => {
      await connect('echoing', caller.entryPoint.faults, { token: TOKEN }).catch(() => {})
      const { status, headers, text } = await ask(`GET /proxy/echo/${how}`)
      expect([status, headers.get('content-security-policy')]).toEqual([200, "default-src 'none'; sandbox"])
      expect([headers.get('set-cookie'), headers.get('clear-site-data')]).toEqual([null, null])
      expect(text).toMatch(/^token: \[credential\]\*+ and again: \[credential\]\*+\.$/)
      expect(JSON.stringify([...headers])).not.toContain(TOKEN)
    })

    it('no request with a method or a path that leads elsewhere', async () => {
      problem(await ask('OPTIONS /proxy/echo/plain'), 405, 'method-not-allowed')
      problem(await ask('GET /proxy/echo/..%2f..%2fplain'), 400, 'bad-parameter')
    })
  })
}
