import type { ProviderAccount } from './provider-account.ts'

const nameOf = (pair: string): string => {
  const name = pair.split('=', 1)[0]!.replaceAll('+', ' ')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** An address without the parameters by which an account signs: those of a request's own are never sent. */
export function withoutSigned(url: string, { signedQuery }: Pick<ProviderAccount, 'signedQuery'>): string {
  if (!signedQuery) return url
  const [start = '', query] = url.split('#', 1)[0]!.split(/\?(.*)/s)
  const left = (query ?? '').split('&').filter(pair => pair !== '' && !Object.hasOwn(signedQuery, nameOf(pair)))
  return left.length === 0 ? start : `${start}?${left.join('&')}`
}

/** An address with the parameters by which an account signs: for the sender alone. */
export function withSigned(url: string, { signedQuery }: Pick<ProviderAccount, 'signedQuery'>): string {
  if (!signedQuery) return url
  const added = Object.entries(signedQuery).map(pair => pair.map(encodeURIComponent).join('='))
  return `${url}${url.includes('?') ? '&' : '?'}${added.join('&')}`
}
