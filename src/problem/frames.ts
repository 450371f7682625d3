/**
 * Where an error was thrown, for the log: the first lines of its stack. Its message may hold a caller's data and stays
 * out. Undefined without a stack.
 */
export const framesOf = (error: unknown): string[] | undefined =>
  error instanceof Error
    ? error.stack
        ?.split('\n')
        .filter(line => /^\s+at /.test(line))
        .slice(0, 6)
        .map(line => line.trim())
    : undefined
