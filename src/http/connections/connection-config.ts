import type { Question } from '../../mapping/catalogue.ts'
import type { Fault } from '../../problem/index.ts'
import { isOwnHost } from '../../provider/destination.ts'
import { faultOfAddress } from '../address-fault.ts'
import { faultAt } from '../request-faults.ts'

/** One label of a DNS name (RFC 1123, 2.1). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
/** One segment of a path: a repository may be called `next.js`. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/
const WORD = /^[A-Za-z0-9_-]{1,255}$/

/** What the answers are checked against beside the questions. */
interface Rules {
  readonly hosts: readonly string[]
  readonly hasBaseUrl: boolean
  readonly allowPrivate: boolean
}

function faultOf({ type }: Question, answer: string, { hosts, allowPrivate }: Rules): string | undefined {
  if (type === 'host-part')
    return LABEL.test(answer) ? undefined : 'One part of a host name is needed: letters, digits and hyphens.'
  if (type === 'word') return WORD.test(answer) ? undefined : 'Letters, digits, _ and - are needed.'
  if (type === 'segment')
    return SEGMENT.test(answer) ? undefined : 'Letters, digits, . _ and - are needed, a letter or digit first.'
  if (type === 'origin') {
    const fault = faultOfAddress(answer, allowPrivate)
    if (fault !== undefined) return fault
    const { origin, hostname } = new URL(answer)
    if (origin !== answer) return 'An origin is needed, such as https://app.example.com.'
    return isOwnHost(hostname, hosts) ? undefined : `An origin on ${hosts.join(' or ')} is needed.`
  }
  return type.one_of.includes(answer) ? undefined : `One of these is needed: ${type.one_of.join(', ')}.`
}

/**
 * What is wrong with the answers to a provider's questions, as members of `connection_config`. A question that only
 * builds the host needs no answer where the integration has a `base_url`.
 */
export function faultsOfAnswers(
  questions: Readonly<Record<string, Question>>,
  answers: Readonly<Record<string, unknown>>,
  rules: Rules,
): Fault[] {
  return Object.entries(questions).flatMap(([name, question]) => {
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined
    const pointer = `/connection_config/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (answer === undefined)
      return question.host && rules.hasBaseUrl ? [] : [faultAt(pointer, `${question.label} is needed.`, 'required')]
    const fault = typeof answer === 'string' ? faultOf(question, answer, rules) : 'A text is needed.'
    return fault === undefined ? [] : [faultAt(pointer, fault)]
  })
}
