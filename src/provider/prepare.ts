import { type Failure, fail } from '../problem/index.ts'
import type { Clock } from '../services.ts'
import type { CallTime } from './call-time.ts'
import type { Pacer, Turn } from './pacing.ts'
import type { ProviderAccount, Signature } from './provider-account.ts'

/** Waits for a promise, at most until the signal is aborted; whoever made it may not look at the signal. */
export const orAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> => {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
  const end = () => resolve(undefined)
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', end))
}

/** A call before its next attempt. */
interface Next {
  readonly account: ProviderAccount
  /** Whether it waits for its turn however long that takes. */
  readonly isPatient: boolean
  readonly time: CallTime
}
/** An attempt that may be made. */
interface Ready {
  readonly signature: Signature
  /** Undefined where nothing paces the account. */
  readonly turn: Turn | undefined
}

const noTime = (provider: string): { failure: Failure } =>
  fail('provider-timeout', {
    provider,
    detail: 'The time was up before the request could be sent.',
    unsent: true,
  })

/** Makes the function that waits for a signature and then for the account's turn: a token that is renewed uses up none. */
export const createPrepare = (pacer: Pacer | undefined, now: Clock) =>
  async function prepare({ account, isPatient, time }: Next): Promise<Ready | { failure: Failure }> {
    const { provider } = account
    const { signal } = time
    if (signal.aborted) return noTime(provider)
    let signed = account.authorize(signal)
    if (signed instanceof Promise) {
      const known = await orAborted(signed, signal)
      if (signal.aborted || !known) return noTime(provider)
      signed = known
    }
    if (!signed.ok) return { failure: signed.failure }
    let turn = pacer?.before(account, { signal, left: isPatient ? undefined : time.ends - now() })
    if (turn instanceof Promise) {
      if (isPatient) time.hold()
      turn = await orAborted(turn, signal)
      if (isPatient) time.restart()
    }
    if (turn && 'code' in turn) return { failure: turn }
    if (signal.aborted) {
      pacer?.after(account, turn, { isUnsent: true })
      return noTime(provider)
    }
    return { signature: signed.value, turn }
  }
