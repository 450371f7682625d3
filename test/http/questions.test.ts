import { expect, it } from 'vitest'
import { faultsOfAnswers } from '../../src/http/connections/connection-config.ts'

const rules = { hosts: ['*.example.com'], hasBaseUrl: false, allowPrivate: false, type: 'API_KEY' }
const isAccepted = (type: 'host-part' | 'word' | 'segment' | 'origin', answer: unknown) =>
  faultsOfAnswers({ q: { label: 'Question', type, host: false } }, { q: answer }, rules).length === 0

it.each([
  ['host-part', 'acme', true],
  ['host-part', 'acme.evil', false],
  ['host-part', '-acme', false],
  ['word', 'octo_1-x', true],
  ['word', 'next.js', false],
  ['segment', 'next.js', true],
  ['segment', '.', false],
  ['segment', '..', false],
  ['segment', '../x', false],
  ['segment', 'a/b', false],
  ['segment', 'a?b', false],
  ['origin', 'https://acme.example.com', true],
  ['origin', 'https://acme.example.com/x', false],
  ['origin', 'https://example.org', false],
  ['origin', 'http://acme.example.com', false],
] as const)('%s takes %s: %s', (is, answer, accepted) => {
  expect(isAccepted(is, answer)).toBe(accepted)
})
