// The real client of the documented action API, in a process of its own, against a gateway that listens somewhere.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

export const CLIENT = fileURLToPath(new URL('../clients/nango/', import.meta.url))
export const isInstalled = existsSync(join(CLIENT, 'node_modules'))
const run = promisify(execFile)

/** Where a gateway and its provider, a HubSpot to write to, listen. */
export interface Served {
  readonly gateway: string
  readonly key: string
  readonly provider: string
}

/** What the client's methods must tell, whichever way the gateway runs. */
export function clientCases(where: string, served: () => Served): void {
  describe.skipIf(!isInstalled)(`the documented client, ${where} (\`npm ci\` in test/clients/nango)`, () => {
    let told: Readonly<Record<string, unknown>> = {}
    beforeAll(async () => {
      const { gateway, key, provider } = served()
      const { stdout } = await run(process.execPath, ['client.ts', gateway, key, provider], { cwd: CLIENT })
      const lines = stdout.trim().split('\n')
      told = Object.fromEntries(
        lines.map(line => {
          const { step, told } = JSON.parse(line)
          return [step, told]
        }),
      )
    })

    it('makes, reads and changes integrations', () => {
      expect(told.createIntegration).toEqual({
        unique_key: 'client-crm',
        provider: 'hubspot',
        display_name: 'CRM',
        logo: '',
        forward_webhooks: false,
      })
      expect(told.listIntegrations).toBe(1)
      expect(told.getIntegration).toEqual({
        credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'secret', scopes: 'oauth,contacts' },
        webhook: null,
      })
      expect(told.updateIntegration).toBe('CRM of our customers')
    })

    it('finds connections in either form of the call', () => {
      expect(told.listConnections).toEqual({
        byTags: ['customer-1'],
        byUser: ['customer-2'],
        page: ['customer-2'],
        byId: ['customer-1'],
        bySearch: ['customer-2'],
        byOldUser: ['customer-1'],
      })
    })

    it('reads and changes a connection', () => {
      expect(told.getConnection).toEqual({
        connection_id: 'customer-1',
        provider_config_key: 'client-crm',
        provider: 'hubspot',
        credentials: {
          type: 'OAUTH2',
          access_token: 'sandbox-hubspot-token',
          raw: { access_token: 'sandbox-hubspot-token' },
        },
        user: 'gold@people.example',
        tags: { plan: 'gold' },
        errors: [],
        refresh: {
          type: 'OAUTH2',
          access_token: 'sandbox-hubspot-token',
          refresh_token: 'refresh',
          raw: { access_token: 'sandbox-hubspot-token', refresh_token: 'refresh' },
        },
      })
      expect(told.getToken).toBe('sandbox-hubspot-token')
      expect(told.getRawTokenResponse).toEqual({ access_token: 'sandbox-hubspot-token' })
      expect(told.patchConnection).toEqual({ answer: { success: true }, tags: { plan: 'platinum' } })
    })

    it('sets and merges metadata', () => {
      const metadata = { team: 'north', size: { seats: 3 } }
      const both = { connection_id: ['customer-1', 'customer-2'], provider_config_key: 'client-crm' }
      const one = { connection_id: 'customer-1', provider_config_key: 'client-crm' }
      expect(told.metadata).toEqual({
        before: null,
        set: [201, { ...both, metadata }],
        updated: [200, { ...one, metadata: { size: { seats: 4 } } }],
        one: { team: 'north', size: { seats: 4 } },
        two: metadata,
      })
    })

    it('reads environment variables', () => {
      expect(told.getEnvironmentVariables).toEqual([{ name: 'REGION', value: 'eu' }])
    })

    it('triggers actions', () => {
      expect(told.triggerAction).toEqual({
        list: [
          { id: '1001', name: 'Ada Lovelace' },
          { id: '1002', name: 'Grace Hopper' },
        ],
        all: 50,
        made: 'Kay McNulty',
        changed: 'Programmer',
        // A void answer: the client reads an empty body as an empty text.
        gone: '',
      })
    })

    it('triggers actions that are carried out later, and gets what came of them', () => {
      expect(told.asynchronous).toEqual({
        accepted: ['id', 'statusUrl'],
        isPath: true,
        byId: 'Betty Holberton',
        byUrl: [
          { id: '1001', name: 'Ada Lovelace' },
          { id: '1002', name: 'Grace Hopper' },
        ],
        again: 'Betty Holberton',
        // The client reads an empty body as an empty text.
        gone: '',
        failed: { status: 500, code: 'record-not-found', message: expect.any(String) },
        nobody: { status: 404, code: 'run-not-found', message: expect.any(String) },
        refused: {
          status: 400,
          code: 'action-input-invalid',
          message: expect.stringMatching(/^\/id: /),
          errors: [expect.objectContaining({ pointer: '/id' })],
        },
      })
    })

    it('sends any request through the proxy', () => {
      expect(told.proxy).toEqual({
        title: 'Engineer',
        list: [200, 1, '110'],
        made: [201, 'Snyder'],
        changed: [200, 'Holberton'],
        linked: 201,
        gone: [204, ''],
      })
      expect(told.proxyFailure).toEqual([404, 'OBJECT_NOT_FOUND'])
    })

    it('lists what can be triggered, and providers', () => {
      expect(told.getScriptsConfig).toEqual([true, true])
      expect(told.listFunctions).toEqual({
        names: ['list-deals'],
        pagination: { total: 1, page: 0, limit: 2 },
        one: ['get-deal', 'action'],
      })
      expect(told.listProviders).toEqual([['hubspot', 'HubSpot']])
      expect(told.getProvider).toEqual({
        name: 'hubspot',
        auth_mode: 'OAUTH2',
        base: 'https://api.hubapi.com',
        logo_url: '',
      })
    })

    it('sees failures with status, code and message', () => {
      const seen = (status: number, code: string, message: RegExp) => ({
        status,
        code,
        message: expect.stringMatching(message),
      })
      const at = (pointer: string) => ({ errors: [expect.objectContaining({ pointer })] })
      expect(told.failures).toEqual({
        connection: seen(404, 'connection-not-found', /connection/i),
        integration: seen(404, 'integration-not-found', /integration/i),
        provider: seen(404, 'not-found', /provider/i),
        taken: seen(409, 'already-exists', /./),
        noConnection: seen(404, 'connection-not-found', /connection/i),
        noAction: seen(404, 'action-not-found', /action/i),
        input: { ...seen(400, 'action-input-invalid', /^\/id: /), ...at('/id') },
        record: seen(404, 'record-not-found', /./),
        key: seen(401, 'unauthenticated', /key/),
        override: { ...seen(400, 'bad-parameter', /^base-url-override /), ...at('/header/base-url-override') },
        metadata: { ...seen(404, 'connection-not-found', /nobody/), ...at('/connection_id') },
        refresh: seen(424, 'invalid_credentials', /sign in again/),
      })
    })

    it('makes connect sessions', () => {
      expect(told.connectSessions).toEqual({
        lasts: 30,
        token: 'nango_connect_session_…',
        link: true,
        one: [200, 'user-of-customer-1', false],
        again: [200, 'user-of-customer-1', true],
      })
      const invalid = (...path: string[]) => ({
        status: 400,
        code: 'invalid_body',
        message: expect.any(String),
        errors: [expect.objectContaining({ path, code: expect.any(String), message: expect.any(String) })],
      })
      expect(told.connectSessionFailures).toEqual({
        nobody: invalid('end_user'),
        integration: invalid('allowed_integrations', '0'),
        connection: invalid('connection_id'),
      })
      expect(told.waitForConnection).toEqual(['customer-2', 'client-crm'])
    })

    it('is told what there is not, and what to use', () => {
      const syncs = { status: 501, code: 'syncs-not-supported', message: expect.stringContaining('GET /contacts') }
      const other = (message: RegExp) => ({
        status: 501,
        code: 'not-offered',
        message: expect.stringMatching(message),
      })
      expect(told.notOffered).toEqual({
        triggerSync: syncs,
        startSync: syncs,
        pauseSync: syncs,
        updateSyncConnectionFrequency: syncs,
        createSyncVariant: syncs,
        deleteSyncVariant: syncs,
        listRecords: syncs,
        pruneRecords: syncs,
        createQuickstartIntegration: other(/POST \/integrations/),
        getFunctionCode: other(/mappings\//),
        deleteFunction: other(/deploy/),
      })
      expect(told.syncStatus).toEqual({ syncs: [] })
      expect(told.getProviderTemplates).toEqual([])
    })

    it('has no method that sends something and was not called here', () => {
      expect(told.neverCalled).toEqual([])
    })

    it('deletes connections and integrations', () => {
      expect(told.deleteConnection).toEqual({ status: 200, data: { success: true }, left: ['customer-1'] })
      expect(told.deleteIntegration).toEqual({ status: 200, data: { success: true }, left: [] })
    })
  })
}
