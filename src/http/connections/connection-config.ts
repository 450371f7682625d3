import type { Question } from '../../mapping/catalogue.ts'
import { matchesPattern } from '../../mapping/pattern.ts'
import type { Fault } from '../../problem/index.ts'
import { down } from '../../problem/pointer.ts'
import { isOwnHost } from '../../provider/destination.ts'
import { faultOfAddress } from '../address-fault.ts'
import { faultAt } from '../request-faults.ts'

/** How answers look, in the notation of an HTML `pattern`, as pages show them to a browser. */
const PATTERNS = {
  /** One label of a DNS name (RFC 1123, 2.1). */
  'host-part': '[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?',
  /** One segment of a path: a repository may be called `next.js`. */
  segment: '[A-Za-z0-9_][A-Za-z0-9._\\-]{0,254}',
  word: '[A-Za-z0-9_\\-]{1,255}',
} as const

/** What the answers are checked against beside the questions. */
interface Rules {
  readonly hosts: readonly string[]
  readonly hasBaseUrl: boolean
  readonly allowPrivate: boolean
  /** How the connection signs in. */
  readonly type: string
}

/** How an answer must look, as a pattern of the whole text; undefined where the rule is none. */
export const patternOf = (type: Question['type']): string | undefined =>
  typeof type === 'object' || type === 'origin' ? undefined : PATTERNS[type]

function faultOf({ type }: Question, answer: string, { hosts, allowPrivate }: Rules): string | undefined {
  if (type === 'host-part')
    return matchesPattern(PATTERNS[type], answer)
      ? undefined
      : 'One part of a host name is needed: letters, digits and hyphens.'
  if (type === 'word')
    return matchesPattern(PATTERNS[type], answer) ? undefined : 'Letters, digits, _ and - are needed.'
  if (type === 'segment')
    return matchesPattern(PATTERNS[type], answer)
      ? undefined
      : 'Letters, digits, . _ and - are needed, a letter or digit first.'
  if (type === 'origin') {
    const fault = faultOfAddress(answer, allowPrivate)
    if (fault !== undefined) return fault
    const { origin, hostname, port } = new URL(answer)
    // The provider's hosts are called at their own port, so one at another would never be.
    if (origin !== answer || port !== '') return 'An origin is needed, such as https://app.example.com.'
    return isOwnHost(hostname, hosts) ? undefined : `An origin on ${hosts.join(' or ')} is needed.`
  }
  return type.one_of.includes(answer) ? undefined : `One of these is needed: ${type.one_of.join(', ')}.`
}

/**
 * What is wrong with the answers to a provider's questions, as members of `connection_config`. A question that only
 * builds the host needs no answer where the integration has a `base_url`, and one for another way to sign in none at all.
 */
export function faultsOfAnswers(
  questions: Readonly<Record<string, Question>>,
  answers: Readonly<Record<string, unknown>>,
  rules: Rules,
): Fault[] {
  return Object.entries(questions).flatMap(([name, question]) => {
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined
    const pointer = down('/connection_config', name)
    if (answer === undefined && question.for?.every(way => way !== rules.type)) return []
    if (answer === undefined)
      return question.host && rules.hasBaseUrl ? [] : [faultAt(pointer, `${question.label} is needed.`, 'required')]
    const fault = typeof answer === 'string' ? faultOf(question, answer, rules) : 'A text is needed.'
    return fault === undefined ? [] : [faultAt(pointer, fault)]
  })
}
