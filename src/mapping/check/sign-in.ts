// What is wrong with `auth` and `verify` of a provider: where secrets would go, and what they would be put into.
import { down } from '../../problem/pointer.ts'
import { parsePath } from '../path.ts'
import { faultOfPattern } from '../pattern.ts'
import { nearest, type Report } from '../report.ts'
import type { ProviderFile } from '../schema/index.ts'
import { checkAddress, checkRequestAddress } from './addresses.ts'
import { texts } from './texts.ts'

type Auth = ProviderFile['auth']
/** Texts by the pointer of each. */
type Texts = Readonly<Record<string, unknown>>

/** What looks like a placeholder; also one that is misspelt. */
const PLACEHOLDER = /\{([^{}]*)\}/g
/** A host in an address that holds an answer. */
const ANSWERED = /^https:\/\/[^/]*\{connection\./

/** Reports each placeholder that is none of those that are filled there; `:base64` may follow a name. */
function checkPlaceholders(all: Texts, names: readonly string[], report: Report): void {
  for (const [at, value] of Object.entries(all))
    texts(value, at, (text, pointer) => {
      for (const [placeholder, inner = ''] of text.matchAll(PLACEHOLDER)) {
        const name = inner.replace(/:base64$/, '')
        if (!names.includes(name)) report(pointer, `nothing fills ${placeholder} here; ${nearest(name, names)}`)
      }
    })
}

/**
 * Reports an address of sign-in that is not https, that a customer's answer could lead away from the provider's hosts,
 * or that holds anything but answers: a secret in an address would stand in logs.
 */
function checkSignInAddress(
  address: string | undefined,
  provider: ProviderFile,
  { pointer, names = [] }: { readonly pointer: string; readonly names?: readonly string[] },
  report: Report,
): void {
  if (address === undefined) return
  const own = address.replace(/\{connection\.[^}]+\}/g, '')
  checkPlaceholders({ [pointer]: own }, names, report)
  if (names.includes('app_link') && address.startsWith('{app_link}')) return
  if (!/^https:\/\/[^/?#]+/.test(address) && !address.startsWith('{connection.'))
    return report(pointer, `"${address}" is no https address`)
  if (ANSWERED.test(address) || address.startsWith('{connection.')) checkAddress(address, provider, pointer, report)
}

/** Reports each pattern that is none, or may take long. */
function checkPatterns(auth: Auth, report: Report): void {
  const check = (pattern: string | undefined, pointer: string) => {
    const fault = pattern === undefined ? undefined : faultOfPattern(pattern)
    if (fault !== undefined) report(pointer, `"${pattern}" ${fault}`)
  }
  check(auth.api_key?.pattern, '/auth/api_key/pattern')
  check(auth.basic?.username?.pattern, '/auth/basic/username/pattern')
  if (auth.basic?.password) check(auth.basic.password.pattern, '/auth/basic/password/pattern')
  for (const way of ['two_step', 'jwt'] as const)
    for (const [name, field] of Object.entries(auth[way]?.fields ?? {}))
      check(field.pattern, `${down(`/auth/${way}/fields`, name)}/pattern`)
}

/** Reports what is wrong with the fields that a customer fills in: none, or one that nothing uses. */
function checkFields(way: 'two_step' | 'jwt', auth: Auth, report: Report): void {
  const spec = auth[way]
  if (!spec) return
  const { fields, ...rest } = spec
  const names = Object.keys(fields)
  if (names.length === 0) report(`/auth/${way}/fields`, 'asks for nothing')
  const used = JSON.stringify(rest)
  for (const name of names)
    if (!used.includes(`{field.${name}}`) && !used.includes(`{field.${name}:`) && !('key' in spec && spec.key === name))
      report(down(`/auth/${way}/fields`, name), `does nothing: no text holds {field.${name}}`)
  if ('key' in spec && !names.includes(spec.key))
    report(`/auth/${way}/key`, `there is no field "${spec.key}"; ${nearest(spec.key, names)}`)
}

/** Reports texts with placeholders that nothing fills. */
function checkTexts(auth: Auth, report: Report): void {
  const { oauth2, client_credentials, api_key, basic, two_step, jwt, app } = auth
  const token = ['access_token']
  const literal = { '/auth/oauth2/params': oauth2?.params, '/auth/oauth2/token_params': oauth2?.token_params }
  checkPlaceholders(
    { ...literal, '/auth/client_credentials/token_params': client_credentials?.token_params },
    [],
    report,
  )
  for (const [way, spec] of Object.entries({ oauth2, client_credentials, two_step, jwt, app }))
    checkPlaceholders({ [`/auth/${way}/sign`]: spec?.sign }, token, report)
  checkPlaceholders({ '/auth/api_key/sign': api_key?.sign, '/auth/api_key/query': api_key?.query }, ['api_key'], report)
  checkPlaceholders(
    { '/auth/basic/user': basic?.user, '/auth/basic/pass': basic?.pass },
    ['username', 'password'],
    report,
  )
  const fieldsOf = (spec: { fields: object } | undefined) =>
    Object.keys(spec?.fields ?? {}).map(name => `field.${name}`)
  checkPlaceholders(
    { '/auth/two_step/headers': two_step?.headers, '/auth/two_step/body': two_step?.body },
    fieldsOf(two_step),
    report,
  )
  checkPlaceholders(
    { '/auth/jwt/header': jwt?.header, '/auth/jwt/claims': jwt?.claims },
    [...fieldsOf(jwt), 'scopes'],
    report,
  )
  checkPlaceholders(
    { '/auth/app/header': app?.header, '/auth/app/claims': app?.claims, '/auth/app/headers': app?.headers },
    ['app_id', 'app_link', 'installation_id'],
    report,
  )
}

/** Reports addresses of sign-in that a secret must not be sent to. */
function checkAddresses(provider: ProviderFile, report: Report): void {
  const { oauth2, client_credentials, two_step, jwt, app } = provider.auth
  const all: Readonly<Record<string, string | undefined>> = {
    '/auth/oauth2/authorize': oauth2?.authorize,
    '/auth/oauth2/token': oauth2?.token,
    '/auth/oauth2/refresh/token': oauth2?.refresh ? oauth2.refresh.token : undefined,
    '/auth/oauth2/revoke': oauth2?.revoke,
    '/auth/client_credentials/token': client_credentials?.token,
    '/auth/two_step/post': two_step?.post,
    '/auth/jwt/post': jwt?.post,
  }
  for (const [pointer, address] of Object.entries(all)) checkSignInAddress(address, provider, { pointer }, report)
  checkSignInAddress(app?.install, provider, { pointer: '/auth/app/install', names: ['app_link'] }, report)
  checkSignInAddress(app?.token, provider, { pointer: '/auth/app/token', names: ['installation_id'] }, report)
  checkSignInAddress(app?.reach, provider, { pointer: '/auth/app/reach', names: ['installation_id'] }, report)
  if (app?.reach !== undefined && (!oauth2 || !app.reach.includes('{installation_id}')))
    report('/auth/app/reach', 'asks nothing: it needs `oauth2`, whose token it is asked with, and {installation_id}')
  if (app && oauth2 && app.reach === undefined)
    report('/auth/app/reach', 'is missing: beside `oauth2` it says whether a person reaches the installation they name')
  for (const [i, host] of (oauth2?.token_host?.hosts ?? []).entries())
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host))
      report(down('/auth/oauth2/token_host/hosts', i), `"${host}" is no whole host: the client's secret is sent there`)
}

function checkPaths(paths: Readonly<Record<string, string | undefined>>, report: Report): void {
  for (const [pointer, path] of Object.entries(paths))
    if (path !== undefined && parsePath(path) === undefined) report(pointer, `"${path}" is not a path`)
}
const keysAsPaths = (record: object | undefined, pointer: string) =>
  Object.fromEntries(Object.keys(record ?? {}).map(path => [down(pointer, path), path]))

/** Reports what is wrong with the call that tries credentials. */
function checkVerify(provider: ProviderFile, report: Report): void {
  const { verify } = provider
  if (!verify) return
  const { get, post, body, headers, success, valid = [], refused } = verify
  if ((get === undefined) === (post === undefined)) report('/verify', 'needs either `get` or `post`')
  checkRequestAddress({ get, post }, provider, '/verify', report)
  if (body && post === undefined) report('/verify/body', 'does nothing: a GET has no body')
  checkPlaceholders({ '/verify/headers': headers }, [], report)
  checkPaths(keysAsPaths(success, '/verify/success'), report)
  for (const status of refused ?? [])
    if (valid.includes(status)) report('/verify/refused', `${status} is both valid and refused`)
}

/** Reports what is wrong with what is asked after sign-in. */
function checkAfterSignIn(provider: ProviderFile, report: Report): void {
  const { after_sign_in } = provider
  if (!after_sign_in) return
  checkAddress(after_sign_in.get, provider, '/after_sign_in/get', report)
  checkPaths({ '/after_sign_in/list': after_sign_in.list }, report)
  checkPaths(keysAsPaths(after_sign_in.where, '/after_sign_in/where'), report)
  for (const [name, path] of Object.entries(after_sign_in.choose))
    checkPaths({ [down('/after_sign_in/choose', name)]: path }, report)
}

/** Reports what is wrong with how a provider signs customers in, and how credentials are tried. */
export function checkSignIn(provider: ProviderFile, models: readonly string[], report: Report): void {
  const { auth } = provider
  checkAddresses(provider, report)
  checkTexts(auth, report)
  checkPatterns(auth, report)
  checkFields('two_step', auth, report)
  checkFields('jwt', auth, report)
  checkVerify(provider, report)
  checkAfterSignIn(provider, report)
  const { base } = auth.basic ?? {}
  if (base === undefined) return
  checkAddress(base, provider, '/auth/basic/base', report)
  if (models.length > 0) report('/auth/basic/base', 'the requests of models are made for one `base`: leave it out')
}
