import { run } from '../node/process.ts'

/** Runs the command line to its end. */
export async function koine(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  // Nothing is found in the repository's own data: a test names its own.
  const { ended, out, err } = run('bin/koine.ts', { KOINE_DATA: '/nowhere', ...env }, args)
  const code = await ended
  return { code, out: out(), err: err() }
}
