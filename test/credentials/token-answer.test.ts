// The odd answers of real token endpoints; what each does is from a table of providers' documented differences.
import { describe, expect, it } from 'vitest'
import { readTokenAnswer, type TokenAnswerSpec } from '../../src/credentials/token-answer.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const read = (body: unknown, { status = 200, type = 'application/json', spec = {} as TokenAnswerSpec } = {}) =>
  readTokenAnswer(
    {
      status,
      headers: new Headers({ 'content-type': type }),
      text: typeof body === 'string' ? body : JSON.stringify(body),
    },
    spec,
    NOW,
  )
const token = (more: object = {}) => ({ token: { access_token: 'a', captured: {}, ...more } })

describe('a token', () => {
  it.each([
    ['as RFC 6749 has it', { access_token: 'a', token_type: 'Bearer', expires_in: 60, refresh_token: 'r' }],
    ['without a type', { access_token: 'a', expires_in: 60, refresh_token: 'r' }],
    ['of another type', { access_token: 'a', token_type: 'BearerToken', expires_in: 60, refresh_token: 'r' }],
    ['with seconds as text', { access_token: 'a', expires_in: '60', refresh_token: 'r' }],
    ['with a list of scopes', { access_token: 'a', scope: ['x'], expires_in: 60, refresh_token: 'r' }],
    ['with an id token of somebody', { access_token: 'a', id_token: '', expires_in: 60, refresh_token: 'r' }],
  ])('%s', (_, body) => {
    expect(read(body)).toEqual(token({ refresh_token: 'r', expires_at: '2026-01-01T00:01:00.000Z' }))
  })

  it('with status 201', () => expect(read({ access_token: 'a' }, { status: 201 })).toEqual(token()))

  it.each([undefined, null, 0, '', -1, 'soon', {}])('that does not say when it ends: %j', expires_in => {
    expect(read({ access_token: 'a', expires_in })).toEqual(token())
    expect(read({ access_token: 'a', expires_in }, { spec: { expires_in: 7200 } })).toEqual(
      token({ expires_at: '2026-01-01T02:00:00.000Z' }),
    )
  })

  it.each([undefined, null, '', 7])('without a refresh token: %j', refresh_token => {
    expect(read({ access_token: 'a', refresh_token })).toEqual(token())
  })

  it('in a form, whatever its content type says', () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain; charset=utf-8'])
      expect(read('access_token=a&scope=repo%2Cuser&token_type=bearer', { type })).toEqual(token())
  })

  it('nested, with what is kept of the answer', () => {
    const body = { ok: true, authed_user: { access_token: 'a' }, team: { id: 'T1' }, hub_id: 42, odd: { no: 'text' } }
    const spec = {
      answer: { access_token: 'authed_user.access_token' },
      capture: { team: 'team.id', hub: 'hub_id', odd: 'odd', absent: 'none' },
    }
    expect(read(body, { spec })).toEqual(token({ captured: { team: 'T1', hub: '42' } }))
  })
})

describe('a no', () => {
  it.each([
    ['of RFC 6749', { error: 'invalid_grant', error_description: 'planted-person' }, 400, 'invalid_grant'],
    ['with status 200', { error: 'bad_verification_code' }, 200, 'bad_verification_code'],
    ['by `ok`', { ok: false, error: 'invalid_code' }, 200, 'invalid_code'],
    ['by an object', { error: { code: 'invalid_token', message: 'x' } }, 401, 'invalid_token'],
    ['by a code of its own', { errorCode: 'INVALID_LOGIN' }, 400, 'INVALID_LOGIN'],
    ['that would show a secret', { error: 'The token eyJhbGciOi… of Ada is bad' }, 400, 'http_400'],
    ['without a body', '', 401, 'http_401'],
    ['as a page', '<html>no</html>', 403, 'http_403'],
  ])('%s', (_, body, status, refused) => expect(read(body, { status })).toEqual({ refused }))
})

describe('no answer', () => {
  it.each([
    [{ error: 'temporarily_unavailable' }, 400],
    [{ error: 'server_error' }, 500],
    [{ error: 'slow_down' }, 429],
    [{}, 503],
    ['<html>away</html>', 502],
    ['', 429],
    ['<html>a portal</html>', 200],
  ])('%j with %i is no no', (body, status) => expect(read(body, { status })).toHaveProperty('failed'))
})
