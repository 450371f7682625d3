import { ProblemError } from '../problem/index.ts'
import type { HttpServices } from './context.ts'

/** The problem of an environment that keeps as much as it may, to be thrown. */
export const quotaExceeded = ({ config }: Pick<HttpServices, 'config'>): ProblemError =>
  new ProblemError('quota-exceeded', {
    detail: `An environment may keep ${config.KOINE_ENVIRONMENT_QUOTA} bytes (KOINE_ENVIRONMENT_QUOTA); this one has them.`,
  })

/** Bytes that a row is counted with, at least, until the sum is read again. */
const ROW_BYTES = 1024

/**
 * Ends a request that would store something for an environment which keeps as much as it may.
 * @throws ProblemError `quota-exceeded`
 */
export async function requireRoom(
  services: Pick<HttpServices, 'config' | 'store'>,
  environment: string,
): Promise<void> {
  if (await services.store.isFull(environment, ROW_BYTES)) throw quotaExceeded(services)
}
