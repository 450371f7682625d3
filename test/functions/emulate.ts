// GitHub as the package `emulate` imitates it: installed apart, in test/clients/github.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ENTRY = new URL('../clients/github/node_modules/emulate/dist/api.js', import.meta.url)
/** False where `npm ci` has not been run in test/clients/github. */
export const isInstalled: boolean = existsSync(fileURLToPath(ENTRY))

export interface Emulator {
  readonly url: string
  reset(): void
  close(): Promise<void>
}
interface Package {
  createEmulator(options: Readonly<Record<string, unknown>>): Promise<Emulator>
}

export const TOKEN = 'emulated-token'

/** Starts it on a free port: the user `ada` with the repositories `engine` and `loom`, and the user `babbage`. */
export async function startGithub(baseUrl?: string): Promise<Emulator> {
  const { createEmulator } = (await import(/* @vite-ignore */ ENTRY.href)) as Package
  return createEmulator({
    service: 'github',
    port: 0,
    ...(baseUrl !== undefined && { baseUrl }),
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
}
