import type { Answer } from '../mapping/errors.ts'
import { type Failure, fail } from '../problem/index.ts'
import type { Carried } from './client.ts'
import type { WireAnswer } from './wire.ts'

/** A provider's answer, read. */
export interface Sent extends Omit<Carried, 'answer'> {
  readonly answer: Answer
}

/** The JSON of an answer. Of a refusal only the status is sure, so an unreadable body of one is as good as none. */
function parse({ text, status }: WireAnswer): { body: unknown } | undefined {
  if (text === '') return { body: undefined }
  try {
    return { body: JSON.parse(text) }
  } catch {
    return status >= 400 || status === 204 || status === 304 ? { body: undefined } : undefined
  }
}

/** Reads an answer that is to be JSON. */
export function readAnswer(carried: Carried, provider: string): Sent | { failure: Failure } {
  const { answer } = carried
  const failed = (detail: string) => ({ failure: fail('provider-answer-unreadable', { provider, detail }).failure })
  if (answer.status >= 300 && answer.status < 400 && answer.status !== 304)
    return failed('The provider sent the request to another address, which the gateway does not follow.')
  const parsed = parse(answer)
  if (!parsed) return failed('The provider’s answer is no JSON.')
  return { ...carried, answer: { status: answer.status, headers: answer.headers, body: parsed.body } }
}
