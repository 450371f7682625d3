// Mistakes in how a provider signs customers in, and in how their credentials are tried.
import type { Folder } from '../../../src/mapping/check/index.ts'
import type { ProviderFile } from '../../../src/mapping/schema/index.ts'
import type { Json, Spoilt } from './plant.ts'

/** A provider's folder with one edit made to `provider.json`. */
function spoil(folder: Folder, kind: string, place: string, edit: (file: Json) => void): Spoilt {
  const provider = structuredClone(folder.provider) as Json
  edit(provider)
  return { kind, at: `provider.json#${place}`, folder: { ...folder, provider }, good: folder, isStatic: true }
}

/** Mistakes that the static checks must tell. */
export function signInMistakes(folder: Folder): Spoilt[] {
  const { auth, verify } = folder.provider as ProviderFile
  const ofAuth = (kind: string, way: keyof ProviderFile['auth'], key: string, value: unknown) =>
    spoil(folder, kind, `/auth/${way}/${key}`, file => {
      ;((file.auth as Json)[way] as Json)[key] = value
    })
  const ofVerify = (kind: string, key: string, value: unknown) =>
    spoil(folder, kind, `/verify/${key}`, file => {
      ;(file.verify as Json)[key] = value
    })
  return [
    ...(auth.oauth2
      ? [
          ofAuth('a token endpoint without https', 'oauth2', 'token', 'http://elsewhere.example/token'),
          ofAuth('an answer that leads off `hosts`', 'oauth2', 'authorize', 'https://{connection.site}/authorize'),
          ofAuth('a placeholder that nothing fills', 'oauth2', 'sign', { authorization: 'Bearer {token}' }),
        ]
      : []),
    ...(auth.api_key
      ? [
          ofAuth('a placeholder that nothing fills', 'api_key', 'sign', { authorization: 'Bearer {key}' }),
          ofAuth('a pattern that may take long', 'api_key', 'pattern', '(a+)+'),
          ofAuth('a pattern that is none', 'api_key', 'pattern', '[a'),
        ]
      : []),
    ...(auth.basic ? [ofAuth('a placeholder that nothing fills', 'basic', 'user', '{user}')] : []),
    ...(auth.app
      ? [
          ofAuth('a placeholder that nothing fills', 'app', 'claims', { iss: '{app}' }),
          ofAuth('an installation that is believed', 'app', 'reach', auth.oauth2 ? undefined : 'https://evil.example/'),
        ]
      : []),
    ...(verify
      ? [
          ofVerify('`verify` with two methods', verify.get === undefined ? 'get' : 'post', '/somewhere'),
          ofVerify('`verify` of another host', verify.get === undefined ? 'post' : 'get', 'https://evil.example/me'),
          ofVerify('a `success` that is no path', 'success', { 'a..b': '*' }),
        ]
      : []),
  ]
}
