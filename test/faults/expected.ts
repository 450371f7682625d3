import type { Verb } from './matrix.ts'

/** What a cell may come to: a problem's code, or a status and the codes of its warnings. */
type Outcomes = Readonly<Record<Verb, readonly string[]>>

const all = (...outcomes: string[]): Outcomes => ({
  list: outcomes,
  get: outcomes,
  create: outcomes,
  update: outcomes,
  delete: outcomes,
})
/** Answers whose records are odd or whose pages are: writes and deletes are none the worse. Pipedrive keeps a first name within the name. */
const answered: Outcomes = {
  list: ['200'],
  get: ['200'],
  create: ['201', '201 kept-as'],
  update: ['200'],
  delete: ['204'],
}

/**
 * What each fault comes to at every provider, when every request of the connection meets it. The gateway under test
 * waits for 3 seconds and reads at most a million bytes.
 */
export const expected: Readonly<Record<string, Outcomes>> = {
  'rate-limited': all('provider-rate-limited'),
  'rate-limited-seconds': all('provider-rate-limited'),
  'rate-limited-date': all('provider-rate-limited'),
  'rate-limited-budget': all('provider-rate-limited'),
  'server-error': all('provider-failed'),
  'bad-gateway': all('provider-failed'),
  html: all('provider-answer-unreadable'),
  'refused-200': all('provider-rejected'),
  redirect: all('provider-answer-unreadable'),
  'slow-head': all('provider-timeout'),
  'slow-body': all('provider-timeout'),
  reset: all('provider-unreachable'),
  'answer-lost': all('provider-unreachable'),
  'reset-in-body': all('provider-answer-unreadable'),
  truncated: all('provider-answer-unreadable'),
  'cut-short': all('provider-answer-unreadable'),
  'gzip-not': all('provider-answer-unreadable'),
  'gzip-garbage': all('provider-answer-unreadable'),
  'gzip-bomb': all('provider-answer-unreadable'),
  oversized: all('provider-answer-unreadable'),
  // Null is what is not there; but an element of a list that is null is no record.
  nulls: { ...answered, list: ['200 unreadable'] },
  'wrong-types': {
    ...answered,
    list: ['200 unreadable'],
    get: ['200 unreadable'],
    create: ['201 unreadable', '201 kept-as unreadable'],
    update: ['200 unreadable'],
  },
  'duplicate-ids': { ...answered, list: ['200 duplicate'] },
  'page-repeats': answered,
  'cursor-endless': answered,
}
