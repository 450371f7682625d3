import { fileURLToPath } from 'node:url'

/** One command of the command line. */
export interface Command {
  /** `actions [provider]` */
  readonly usage: string
  /** What it does, in a sentence. */
  readonly about: string
  /** Further lines of its help. */
  readonly more?: readonly string[]
  /** Answers the exit code. */
  run(args: readonly string[]): number | Promise<number>
}

/** What ends a command with a sentence: not found, not allowed; `isUsage` where it was not understood. */
export class CommandFault extends Error {
  readonly isUsage: boolean
  constructor(message: string, isUsage = false) {
    super(message)
    this.isUsage = isUsage
  }
}

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The folders of the providers. */
export const MAPPINGS = `${ROOT}mappings`
