import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Caller, callerOf, type IntegrationAnswer } from './call-gateway.ts'
import { type Command, CommandFault } from './command.ts'

/** Milliseconds between two looks whether the connection is there. */
const LOOK_MS = 1_000

/** A text as one word of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** The key that is used, and how a shell has it without it being shown. */
function keyOf(given: string | undefined): { key: string; inShell: string } {
  const file = join(process.env.KOINE_DATA || '.koine', 'secret-key')
  if (given) return { key: given, inShell: quoted(`Authorization: Bearer ${given}`) }
  const { KOINE_SECRET_KEY } = process.env
  if (KOINE_SECRET_KEY) return { key: KOINE_SECRET_KEY, inShell: '"Authorization: Bearer $KOINE_SECRET_KEY"' }
  if (existsSync(file))
    return { key: readFileSync(file, 'utf8').trim(), inShell: `"Authorization: Bearer $(cat ${quoted(file)})"` }
  throw new CommandFault('No key: give one by --key or KOINE_SECRET_KEY, or start a gateway here first.', true)
}

interface Client {
  readonly id: string | undefined
  readonly secret: string | undefined
  readonly scopes: string | undefined
}

/** The integration of that key, made where it is missing. */
async function integrationOf(
  { call, must }: Caller,
  key: string,
  { provider = key, client }: { provider?: string | undefined; client: Client },
): Promise<IntegrationAnswer> {
  const path = `/integrations/${encodeURIComponent(key)}`
  const found = await call('GET', path)
  if (found.status === 200) return (found.body as { data: IntegrationAnswer }).data
  if (found.status !== 404) return (await must<{ data: IntegrationAnswer }>('GET', path)).data
  const known = await call('GET', `/providers/${encodeURIComponent(provider)}`)
  if (known.status === 404)
    throw new CommandFault(`There is no integration "${key}", and no provider "${provider}": name one, --provider.`)
  const { auth_modes } = (await must<{ data: { auth_modes: string[] } }>('GET', `/providers/${provider}`)).data
  const name = provider.replaceAll('-', '_').toUpperCase()
  if (client.id === undefined && auth_modes.every(mode => mode === 'OAUTH2'))
    throw new CommandFault(
      `There is no integration "${key}" yet, and making it needs an OAuth client: give ${name}_CLIENT_ID and ${name}_CLIENT_SECRET in the environment, or --client-id and --client-secret.`,
    )
  const made = await must<{ data: IntegrationAnswer }>('POST', '/integrations', {
    provider,
    unique_key: key,
    ...(client.id !== undefined && {
      credentials: {
        type: 'OAUTH2',
        client_id: client.id,
        client_secret: client.secret,
        ...(client.scopes !== undefined && { scopes: client.scopes }),
      },
    }),
  })
  console.log(`Made the integration ${key} of ${provider}.`)
  return made.data
}

/** Opens an address in the browser of this desktop, if there is one. It is printed anyway. */
function openPage(address: string): void {
  const program = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open'
  spawn(program, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref()
}

/** The path of a first request that works for a connection of an integration. */
async function firstPath({ call }: Caller, key: string): Promise<string> {
  const { status, body } = await call('GET', `/integrations/${encodeURIComponent(key)}/coverage`)
  const [coverage] = status === 200 ? (body as { data: { models: Record<string, { verbs: string[] }> }[] }).data : []
  const model = Object.entries(coverage?.models ?? {}).find(([, { verbs }]) => verbs.includes('list'))
  return model ? `/${model[0]}` : '/proxy/'
}

interface Listed {
  readonly connections: readonly { readonly id: number; readonly connection_id: string }[]
}

/** Lets a person connect an account, from the command line. */
export const connect: Command = {
  usage:
    'connect <integration> [--host url] [--key key] [--provider id] [--client-id id --client-secret secret] [--end-user id] [--no-open]',
  about: 'Opens the page on which a person connects an account, waits for it, and prints the curl that then works.',
  more: [
    '--host is the gateway, http://127.0.0.1:8787 if not given; the key is --key, KOINE_SECRET_KEY, or that of the gateway of this folder.',
    'A missing integration is made: of the provider of the same id, or of --provider, with the OAuth client of --client-id and',
    '--client-secret, or of <PROVIDER>_CLIENT_ID and <PROVIDER>_CLIENT_SECRET, and --scopes (separated by commas).',
    '--end-user is your id of the person. --no-open only prints the address.',
  ],
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        host: { type: 'string', default: 'http://127.0.0.1:8787' },
        key: { type: 'string' },
        provider: { type: 'string' },
        'client-id': { type: 'string' },
        'client-secret': { type: 'string' },
        scopes: { type: 'string' },
        'end-user': { type: 'string', default: `cli-${crypto.randomUUID()}` },
        'no-open': { type: 'boolean', default: false },
      },
    })
    const [key, ...rest] = positionals
    if (key === undefined || rest.length > 0) throw new CommandFault('Name one integration.', true)
    if (!/^https?:\/\//.test(values.host) || !URL.canParse(values.host))
      throw new CommandFault('--host is an address, such as http://127.0.0.1:8787.', true)
    const host = values.host.replace(/\/+$/, '')
    const secret = keyOf(values.key)
    const caller = callerOf(host, secret.key)
    const name = (values.provider ?? key).replaceAll('-', '_').toUpperCase()
    const client: Client = {
      id: values['client-id'] ?? process.env[`${name}_CLIENT_ID`],
      secret: values['client-secret'] ?? process.env[`${name}_CLIENT_SECRET`],
      scopes: values.scopes,
    }
    if ((client.id === undefined) !== (client.secret === undefined))
      throw new CommandFault('An OAuth client has both, an id and a secret.', true)

    const integration = await integrationOf(caller, key, { provider: values.provider, client })
    const user = values['end-user']
    const list = `/connections?integrationId=${encodeURIComponent(key)}&endUserId=${encodeURIComponent(user)}`
    const before = new Set((await caller.must<Listed>('GET', list)).connections.map(({ id }) => id))
    const { data: session } = await caller.must<{ data: { connect_link: string; expires_at: string } }>(
      'POST',
      '/connect/sessions',
      { end_user: { id: user }, allowed_integrations: [key] },
    )
    console.log(`Connect an account of ${integration.display_name}:\n\n  ${session.connect_link}\n`)
    if (!values['no-open']) openPage(session.connect_link)
    console.log('Waiting for the connection (Ctrl+C ends this; the address works for 30 minutes) …')
    while (Date.now() < Date.parse(session.expires_at)) {
      const { connections } = await caller.must<Listed>('GET', list)
      const made = connections.find(({ id }) => !before.has(id))
      if (made) {
        const path = await firstPath(caller, key)
        const headers = [
          secret.inShell,
          quoted(`Connection-Id: ${made.connection_id}`),
          quoted(`Provider-Config-Key: ${key}`),
        ]
        console.log(`\nConnected: ${made.connection_id}\n`)
        console.log(`curl ${quoted(host + path)} ${headers.map(header => `-H ${header}`).join(' ')}`)
        return 0
      }
      await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
    throw new CommandFault('Nobody connected an account in 30 minutes. Run this again for another page.')
  },
}
