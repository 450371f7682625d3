// What the check says of `auth` and `verify`: the document's whole provider with one mistake in them.
import { expect, test } from 'vitest'
import { faultOfPattern, matchesPattern } from '../../src/mapping/pattern.ts'
import { type Files, faultsOf } from './acme.ts'

const oauth2 = { authorize: 'https://acme.example/a', token: 'https://acme.example/t', client: 'body' }
const twoStep = { fields: { id: { label: 'Id' } }, post: 'https://acme.example/t', body: { id: '{field.id}' } }
const jwt = { fields: { key: { label: 'Key' } }, key: 'key', algorithm: 'HS256', lifetime: 300 }
const app = {
  install: '{app_link}/new',
  token: 'https://acme.example/{installation_id}',
  algorithm: 'RS256',
  lifetime: 300,
}

test('every way to sign in may be declared', () => {
  const edit = (files: Files) => {
    files['provider.json'].auth = {
      ...files['provider.json'].auth,
      oauth2: { ...oauth2, sign: { authorization: 'Token {access_token:base64}' } },
      two_step: twoStep,
      jwt: { ...jwt, claims: { scope: '{scopes}' } },
      app: { ...app, claims: { iss: '{app_id}' }, reach: 'https://acme.example/reach/{installation_id}' },
      basic: { user: '{username}/token', pass: '{password}' },
      client_credentials: { token: 'https://acme.example/t', client: 'basic' },
    }
    files['provider.json'].verify = { get: '/me', success: { 'user.id': '*' } }
  }
  expect(faultsOf(edit)).toEqual([])
})

test.each<[string, object, string, string]>([
  ['an address without https', { oauth2: { ...oauth2, token: 'http://acme.example/t' } }, '/oauth2/token', 'no https'],
  [
    'a secret in an address',
    { two_step: { ...twoStep, post: 'https://acme.example/{field.id}' } },
    '/two_step/post',
    'nothing fills {field.id} here',
  ],
  [
    'an unknown field',
    { two_step: { ...twoStep, body: { id: '{field.id}', x: '{field.di}' } } },
    '/two_step/body/x',
    'did you mean "field.id"',
  ],
  ['a field that nothing uses', { two_step: { ...twoStep, body: {} } }, '/two_step/fields/id', 'does nothing'],
  ['a form without fields', { two_step: { ...twoStep, fields: {}, body: {} } }, '/two_step/fields', 'asks for nothing'],
  ['an unknown key', { jwt: { ...jwt, key: 'kee' } }, '/jwt/key', 'did you mean "key"'],
  [
    'a field in place of an app',
    { app: { ...app, claims: { iss: '{app}' } } },
    '/app/claims/iss',
    'nothing fills {app}',
  ],
  [
    'an app’s id in an OAuth parameter',
    { oauth2: { ...oauth2, params: { a: '{app_id}' } } },
    '/oauth2/params/a',
    'nothing fills',
  ],
  ['another signature', { api_key: { sign: { x: '{apikey}' } } }, '/api_key/sign/x', 'did you mean "api_key"'],
  ['another parameter', { api_key: { query: { x: '{password}' } } }, '/api_key/query/x', 'nothing fills'],
  ['another user', { basic: { user: '{user}' } }, '/basic/user', 'there is username, password'],
  ['a pattern that is none', { api_key: { pattern: '(a' } }, '/api_key/pattern', 'no regular expression'],
  [
    'a pattern that takes long',
    { basic: { username: { label: 'U', pattern: '(a+)+' } } },
    '/basic/username/pattern',
    'repeats a group',
  ],
  ['a base beside models', { basic: { base: 'https://api.acme.example' } }, '/basic/base', 'leave it out'],
  [
    'a host of tokens that is no host',
    { oauth2: { ...oauth2, token_host: { param: 'h', hosts: ['*.acme.example'] } } },
    '/oauth2/token_host/hosts/0',
    'no whole host',
  ],
])('auth: %s', (_, auth, pointer, said) => {
  const found = faultsOf(files => {
    files['provider.json'].auth = { api_key: files['provider.json'].auth.api_key, ...auth }
  }).filter(fault => fault.startsWith(`acme/provider.json#/auth${pointer}:`))
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(said)
})

test.each<[string, object, string, string]>([
  ['neither method', {}, '', 'either `get` or `post`'],
  ['both methods', { get: '/me', post: '/me' }, '', 'either `get` or `post`'],
  ['another host', { get: 'https://evil.example/me' }, '/get', 'not on `hosts`'],
  ['a path without a slash', { get: 'me' }, '/get', 'needs a "/"'],
  ['a body of a GET', { get: '/me', body: { a: 'b' } }, '/body', 'does nothing'],
  ['a path that is none', { get: '/me', success: { 'a..b': 1 } }, '/success/a..b', 'not a path'],
  ['valid and refused', { get: '/me', valid: [403], refused: [401, 403] }, '/refused', 'both valid and refused'],
  ['a placeholder', { get: '/me', headers: { x: '{api_key}' } }, '/headers/x', 'nothing fills'],
])('verify: %s', (_, verify, pointer, said) => {
  const found = faultsOf(files => {
    files['provider.json'].verify = verify
  }).filter(fault => fault.startsWith(`acme/provider.json#/verify${pointer}:`))
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(said)
})

test('an answer of a host that sign-in brings must be asked for, so that it is checked', () => {
  const found = faultsOf(files => {
    const provider = files['provider.json']
    provider.base = '{connection.site}/v1'
    provider.auth.oauth2 = { ...oauth2, capture: { site: 'site' } }
  })
  expect(found.join()).toContain('"{connection.site}" is a whole address here: ask for it, as type "origin"')
})

test('a pattern is of the whole text, takes no long time, and none that is too long', () => {
  for (const [pattern, text, expected] of [
    ['[a-z]+', 'abc', true],
    ['[a-z]+', 'abc1', false],
    ['a|b', 'ab', false],
    ['[a-z]+', 'a'.repeat(5000), false],
  ] as const)
    expect([pattern, matchesPattern(pattern, text)]).toEqual([pattern, expected])
  for (const good of ['pat-[a-z0-9\\-]+', '[^@\\s]+@[^@\\s]+', '(?:sk|rk)_[A-Za-z0-9_]{8,200}', '(ab){2}'])
    expect([good, faultOfPattern(good)]).toEqual([good, undefined])
  // Each takes a time that doubles with every character, or grows with its third power.
  for (const bad of ['(a|a)*', '(a?a?)*', '((a)+)+', '(?:a{1,9}){1,9}', 'a*a*a*', '(a)\\1', '(?=a)a', '(?<n>a)'])
    expect([bad, typeof faultOfPattern(bad)]).toEqual([bad, 'string'])
})
