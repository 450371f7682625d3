import { spawnSync } from 'node:child_process'
import { ROOT } from './command.ts'

/** Runs one of the repository's own programs with this Node; answers its exit code. */
export const runProgram = (file: string, args: readonly string[] = []): number =>
  spawnSync(process.execPath, [file, ...args], { cwd: ROOT, stdio: 'inherit' }).status ?? 1
