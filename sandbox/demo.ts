import { sandboxes } from './index.ts'

/**
 * Makes, or points anew, an integration and the connection `demo` for every sandbox provider, over the gateway's own
 * routes. Throws when the gateway refuses.
 */
export async function connectDemo(
  gateway: string,
  key: string,
  sandbox: string,
): Promise<{ integration: string; connection: string }[]> {
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
  const made: { integration: string; connection: string }[] = []
  for (const [provider, { credentials }] of Object.entries(sandboxes)) {
    const integration = `sandbox-${provider}`
    const connection = `demo-${provider}`
    const integration_config = { base_url: `${sandbox}/${provider}` }
    if ((await call('PATCH', `/integrations/${integration}`, { integration_config }, [404])) === 404)
      await call('POST', '/integrations', { provider, unique_key: integration, integration_config })
    await call(
      'POST',
      '/connections',
      { provider_config_key: integration, connection_id: connection, credentials },
      [409],
    )
    made.push({ integration, connection })
  }
  return made
}
