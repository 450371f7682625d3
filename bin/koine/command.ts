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

/** Ends a command with a message. `isUsage` says that the command line was not understood, so that its usage is shown too. */
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
