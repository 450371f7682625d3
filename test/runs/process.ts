// The gateway as a process that is killed, and what is asked of it.
import { settings } from '../contract/entry-point.ts'
import { type Running, run } from '../node/process.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers
export type Asked = { readonly status: number; readonly body: any }
export interface Process extends Running {
  readonly url: string
  /** Rejects where the process is gone. */
  call(request: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Asked>
  kill(): Promise<void>
}

/** Starts a gateway over a directory, with further settings. */
export async function startProcess(path: string, more: Readonly<Record<string, string>> = {}): Promise<Process> {
  const gateway = run('src/node.ts', { ...settings, KOINE_RATE_LIMIT: '0', KOINE_DATA: path, PORT: '0', ...more })
  const [, url = ''] = await gateway.said(/"listening":"([^"]+)"/)
  return {
    ...gateway,
    url,
    async call(request, body, headers) {
      const [method = '', target = ''] = request.split(' ')
      const response = await fetch(url + target, {
        method,
        headers: {
          authorization: `Bearer ${settings.KOINE_SECRET_KEY}`,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    },
    async kill() {
      gateway.child.kill('SIGKILL')
      await gateway.ended
    },
  }
}

/** Makes an integration of a provider at an address. */
export const integrate = (gateway: Process, provider: string, base_url: string): Promise<Asked> =>
  gateway.call('POST /integrations', { provider, unique_key: provider, integration_config: { base_url } })
/** Makes a connection whose token is its name, so that the provider can tell. */
export const connect = (gateway: Process, provider: string, connection_id: string): Promise<Asked> =>
  gateway.call('POST /connections?verify=false', {
    provider_config_key: provider,
    connection_id,
    credentials:
      provider === 'stripe'
        ? { type: 'API_KEY', apiKey: connection_id }
        : { type: 'OAUTH2', access_token: connection_id },
  })
