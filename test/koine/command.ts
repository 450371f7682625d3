import { vi } from 'vitest'
import { main } from '../../bin/koine.ts'
import { run } from '../node/process.ts'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}
/** Nothing is found in the repository's own data: a test names its own. */
const NOWHERE = { KOINE_DATA: '/nowhere' }

/** Runs the command line to its end, in a process of its own. */
export async function koineProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { ended, out, err } = run('bin/koine.ts', { ...NOWHERE, ...env }, args)
  const code = await ended
  return { code, out: out(), err: err() }
}

/** Runs the command line to its end in this process, which takes a tenth of the time. One at a time. */
export async function koine(args: readonly string[]): Promise<Ended> {
  const said = { log: '', error: '' }
  const spies = (['log', 'error'] as const).map(name =>
    vi.spyOn(console, name).mockImplementation((text: unknown = '') => {
      said[name] += `${text}\n`
    }),
  )
  vi.stubEnv('KOINE_DATA', NOWHERE.KOINE_DATA)
  try {
    return { code: await main(args), out: said.log, err: said.error }
  } finally {
    for (const spy of spies) spy.mockRestore()
    vi.unstubAllEnvs()
  }
}
