// GitHub as the package `emulate` imitates it: installed apart, in test/clients/github.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

const ENTRY = new URL('../clients/github/node_modules/emulate/dist/api.js', import.meta.url)
/** False where `npm ci` has not been run in test/clients/github. */
export const isInstalled: boolean = existsSync(fileURLToPath(ENTRY))

export interface Emulator {
  /** Where it listens. */
  readonly url: string
  reset(): void
  close(): Promise<void>
}
interface Package {
  createEmulator(options: Readonly<Record<string, unknown>>): Promise<Emulator>
}

export const TOKEN = 'emulated-token'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Starts it on a free port: the user `ada` with the repositories `engine` and `loom`, and the user `babbage`. */
export async function startGithub(): Promise<Emulator> {
  const { createEmulator } = (await import(/* @vite-ignore */ ENTRY.href)) as Package
  const port = await freePort()
  const emulator = await createEmulator({
    service: 'github',
    port,
    seed: {
      tokens: { [TOKEN]: { login: 'ada', scopes: ['repo'] } },
      github: {
        users: [{ login: 'ada' }, { login: 'babbage' }],
        repos: [
          { owner: 'ada', name: 'engine' },
          { owner: 'ada', name: 'loom' },
        ],
      },
    },
  })
  return { url: `http://127.0.0.1:${port}`, reset: () => emulator.reset(), close: () => emulator.close() }
}
