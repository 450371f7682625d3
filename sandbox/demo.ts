import { sandboxes } from './index.ts'

/** A connection to a provider of the sandbox. */
export interface Demo {
  readonly integration: string
  readonly connection: string
  /** The models that its provider has. */
  readonly models: readonly string[]
}

/**
 * Makes, or points anew, an integration and the connection `demo-<provider>` for every sandbox provider, over the
 * gateway's own routes. Throws when the gateway refuses.
 */
export async function connectDemo(gateway: string, key: string, sandbox: string): Promise<Demo[]> {
  const call = async (method: string, path: string, body?: unknown, accept: number[] = []): Promise<number> => {
    const response = await fetch(gateway + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok && !accept.includes(response.status))
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
    return response.status
  }
  const made: Demo[] = []
  for (const [provider, { credentials, connection_config, models }] of Object.entries(sandboxes)) {
    const integration = `sandbox-${provider}`
    const connection = `demo-${provider}`
    const integration_config = { base_url: `${sandbox}/${provider}` }
    if ((await call('PATCH', `/integrations/${integration}`, { integration_config }, [404])) === 404)
      await call('POST', '/integrations', { provider, unique_key: integration, integration_config })
    const given = { credentials: credentials(), connection_config }
    await call('POST', '/connections', { provider_config_key: integration, connection_id: connection, ...given }, [409])
    made.push({ integration, connection, models })
  }
  return made
}

/** One command a model of each connection, to be tried as it stands. */
export const commandsOf = (gateway: string, key: string, made: readonly Demo[]): string[] =>
  made.flatMap(({ connection, models }) =>
    models.map(
      model => `curl -H 'Authorization: Bearer ${key}' -H 'Connection-Id: ${connection}' '${gateway}/${model}?limit=2'`,
    ),
  )
