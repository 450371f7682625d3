import type { ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'

/** Credentials as `POST /connections` takes them. */
export type DemoCredentials =
  | { readonly type: 'OAUTH2'; readonly access_token: string }
  | { readonly type: 'API_KEY'; readonly apiKey: string }
  | { readonly type: 'BASIC'; readonly username: string; readonly password: string }
  | { readonly type: 'NONE' }

/** Credentials that a provider's imitation lets in, in the first way in which it signs people in. */
export function credentialsOf({ auth }: ProviderFile, token: string): DemoCredentials {
  if (auth.oauth2) return { type: 'OAUTH2', access_token: token }
  if (auth.api_key) return { type: 'API_KEY', apiKey: token }
  return auth.basic ? { type: 'BASIC', username: 'sandbox', password: token } : { type: 'NONE' }
}

const filled = (templates: Readonly<Record<string, string>>, token: string): [name: string, value: string][] =>
  Object.entries(templates).map(([name, text]) => [name.toLowerCase(), text.replace(/\{\w+\}/, () => token)])

/** Whether a request is signed with the token, in any of the provider's ways. */
export function isSigned({ auth }: ProviderFile, headers: Readonly<Record<string, string>>, token: string): boolean {
  const ways = [
    ...(auth.oauth2 ? [filled(auth.oauth2.sign ?? { authorization: 'Bearer {access_token}' }, token)] : []),
    ...(auth.api_key ? [filled(auth.api_key.sign ?? { authorization: 'Bearer {api_key}' }, token)] : []),
    ...(auth.basic ? [filled({ authorization: `Basic ${btoa(`sandbox:${token}`)}` }, token)] : []),
  ]
  return ways.length === 0 || ways.some(way => way.every(([name, value]) => headers[name] === value))
}

/** Answers to a provider's questions, made up by their kind, and what its requests want beside them. */
export function answersOf(provider: ProviderFile, models: readonly ModelFile[]): Record<string, string> {
  const { connection_config = {}, hosts, base } = provider
  const wanted = JSON.stringify([provider, models]).matchAll(/\{connection\.(\w+)\}/g)
  const names = new Set([...Object.keys(connection_config), ...[...wanted].map(match => match[1]!)])
  return Object.fromEntries(
    [...names].map(name => {
      const { type, one_of } = connection_config[name] ?? {}
      const isOrigin = type === 'origin' || base.startsWith(`{connection.${name}}`)
      return [name, one_of?.[0] ?? (isOrigin ? `https://${hosts[0]!.replace('*', 'sandbox')}` : 'sandbox')]
    }),
  )
}
