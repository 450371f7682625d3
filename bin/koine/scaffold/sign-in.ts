// How a provider is signed in to, by the security schemes of a specification or by what a person said.
import { isObject } from '../../../src/mapping/path.ts'
import type { ProviderFile } from '../../../src/mapping/schema/index.ts'
import { TODO } from '../../check/unwritten.ts'
import { dereference, type Json, type Specification } from './specification.ts'

export const WAYS = ['api_key', 'basic', 'oauth2'] as const
export type Way = (typeof WAYS)[number]
type Auth = ProviderFile['auth']

/** More scopes than this are not asked for before somebody has chosen. */
const MANY = 12
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function oauthOf(scheme: Json, models: readonly string[], base: string): Auth['oauth2'] | undefined {
  const flows = isObject(scheme.flows) ? scheme.flows : {}
  const flow = [flows.authorizationCode, flows.implicit, flows.clientCredentials].find(isObject)
  if (!flow) return undefined
  const absolute = (value: unknown, what: string): string => {
    const given = text(value)
    if (given === undefined) return `${TODO}: the ${what} endpoint`
    return given.startsWith('/') ? new URL(given, base.replace(/\{[^}]*\}/g, 'x')).origin + given : given
  }
  const scopes = Object.keys(isObject(flow.scopes) ? flow.scopes : {})
  const words = models.map(name => name.replace(/s$/, ''))
  const own = scopes.filter(
    scope => words.some(word => scope.toLowerCase().includes(word)) || /offline|refresh/.test(scope),
  )
  const asked = scopes.length > MANY ? own : scopes
  return {
    authorize: absolute(flow.authorizationUrl, 'authorization'),
    token: absolute(flow.tokenUrl, 'token'),
    client: 'body',
    ...(asked.length > 0 && { scopes: asked }),
  }
}

/** What a way to sign in looks like where nothing is known of it. */
export const unknownAuth = (way: Way): Auth =>
  way === 'oauth2'
    ? {
        oauth2: {
          authorize: `${TODO}: the authorization endpoint`,
          token: `${TODO}: the token endpoint`,
          client: 'body',
        },
      }
    : way === 'basic'
      ? { basic: {} }
      : { api_key: { sign: { authorization: 'Bearer {api_key}' } } }

/** A way to sign in by one security scheme, or what a person is told of it. */
function wayOf(scheme: Json, models: readonly string[], base: string): { auth?: Auth; open?: string } {
  const place = text(scheme.scheme)?.toLowerCase() ?? text(scheme.in) ?? ''
  switch (`${scheme.type} ${place}`.trim()) {
    case 'http basic':
      // One of client id and secret is that of the token endpoint.
      return /client[_ ](id|secret)/i.test(text(scheme.description) ?? '') ? {} : { auth: { basic: {} } }
    case 'http bearer':
      return { auth: { api_key: { label: 'Access token', sign: { authorization: 'Bearer {api_key}' } } } }
    case 'apiKey header': {
      const header = String(scheme.name).toLowerCase()
      return { auth: { api_key: { label: 'API key', sign: { [header]: '{api_key}' } } } }
    }
    case 'apiKey query':
      return { open: `the key \`${scheme.name}\` in the query is not signed with: find a header for it` }
    case 'oauth2': {
      const oauth2 = oauthOf(scheme, models, base)
      return oauth2 ? { auth: { oauth2 } } : {}
    }
    default:
      return {}
  }
}

/** The ways to sign in that a specification offers; those alone that a person named. */
export function findAuth(
  { document }: Specification,
  { base, models, ways }: { base: string; models: readonly string[]; ways: readonly Way[] | undefined },
): { auth: Auth; open: string[] } {
  const { securitySchemes } = dereference(document, document.components)
  const schemes = Object.values(isObject(securitySchemes) ? securitySchemes : {})
  const offered = schemes.map(one => wayOf(dereference(document, one), models, base))
  const open = offered.flatMap(one => one.open ?? [])
  // Of two schemes of one kind the first.
  const found: Auth = Object.assign({}, ...offered.map(one => one.auth).reverse())
  const wanted = ways ?? WAYS.filter(way => found[way] !== undefined)
  const auth: Auth = Object.assign({}, ...wanted.map(way => (found[way] ? { [way]: found[way] } : unknownAuth(way))))
  if (Object.keys(auth).length > 0) return { auth, open }
  const none = 'no way to sign in was found: a bearer token is written, see `auth`'
  return { auth: unknownAuth('api_key'), open: [...open, none] }
}
