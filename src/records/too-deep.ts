import { fail, type Outcome } from '../problem/index.ts'

/**
 * What an act answers; or the problem of a provider's answer with more levels than can be read, where the act fills the
 * stack. A caller's values have few levels, so it can only be the provider's. To look before would take as long as to
 * read.
 */
export async function orTooDeep<T>(provider: string, act: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof RangeError) || !error.message.includes('call stack')) throw error
    const detail = 'The provider’s answer has more levels than can be read.'
    return fail('provider-answer-unreadable', { provider, detail })
  }
}
