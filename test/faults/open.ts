// A gateway before the sandbox, and connections whose requests meet faults.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { sandboxes } from '../../sandbox/index.ts'
import { type SandboxServer, type Seen, startSandbox } from '../../sandbox/server.ts'
import { type Caller, callerOf } from '../contract/caller.ts'
import { type EntryPoint, settings } from '../contract/entry-point.ts'
import { openNode } from '../contract/node.ts'

export interface Opened extends Caller {
  readonly sandbox: SandboxServer
  /** Makes a connection to a provider, on an integration of its own unless one is named. Answers its name. */
  connectTo(provider: string, how?: { fault?: string; integration?: string }): Promise<string>
  /** Has the next requests meet a fault: `POST /_faults`. */
  next(fault: string, more?: { provider?: string; times?: number; method?: string; path?: string }): Promise<void>
  /** Requests that the sandbox has seen since it was asked last. */
  seen(): Seen[]
  close(): Promise<void>
}

/** Starts both on free ports; the gateway's SQLite is in a directory of its own. */
export async function open(environment: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), 'koine-faults-'))
  const sandbox = await startSandbox()
  const gateway = await openNode(directory, { ...settings, ...environment })
  const caller = callerOf(() => ({ key: settings.KOINE_SECRET_KEY, fetch: gateway.fetch }) as EntryPoint)
  return {
    ...withSandbox(caller, sandbox),
    async close() {
      await gateway.close()
      await sandbox.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** What cases do with a gateway and a sandbox, however they were started. */
export function withSandbox(caller: Caller, sandbox: SandboxServer): Omit<Opened, 'close'> {
  let connections = 0
  const must = async (request: string, body: unknown) => {
    const { status, text } = await caller.call(request, { body })
    if (status >= 300) throw new Error(`${request} answered ${status}: ${text}`)
  }
  return {
    ...caller,
    sandbox,
    async connectTo(provider, { fault, integration } = {}) {
      const name = `${provider}-${++connections}`
      const { credentials, connection_config } = sandboxes[provider]!
      if (integration === undefined)
        await must('POST /integrations', {
          provider,
          unique_key: name,
          integration_config: { base_url: `${sandbox.url}/${provider}` },
        })
      await must('POST /connections', {
        provider_config_key: integration ?? name,
        connection_id: name,
        credentials: credentials(fault),
        connection_config,
      })
      return name
    },
    async next(fault, { provider = 'hubspot', ...more } = {}) {
      const answer = await fetch(`${sandbox.url}/_faults`, {
        method: 'POST',
        body: JSON.stringify({ provider, fault, ...more }),
      })
      expect(answer.status, await answer.text()).toBe(200)
    },
    seen: () => sandbox.requests.splice(0),
  }
}

/** The methods of requests, in order. */
export const methods = (seen: readonly Seen[]): string[] => seen.map(({ method }) => method)
