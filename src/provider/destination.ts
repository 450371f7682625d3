import { withoutTrailing } from './trailing.ts'

/** The four numbers of an IPv4 address; undefined for another host. `URL` makes them of any other notation, such as hexadecimal. */
const v4 = (host: string): number[] | undefined => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)
  const parts = match?.slice(1).map(Number)
  return parts?.every(n => n <= 255) ? parts : undefined
}

/** Networks in which no public host is (IANA special-purpose registries, RFC 6890 and its updates). */
function isPrivateV4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 192 && b === 88 && c === 99) ||
    (a === 192 && b === 168) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113)
  )
}

/** The eight groups of an IPv6 address; undefined for another host. */
function v6(host: string): number[] | undefined {
  if (!host.includes(':')) return undefined
  let text = host.split('%')[0]!
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted) {
    const [a = 0, b = 0, c = 0, d = 0] = v4(dotted[2]!) ?? []
    text = `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  }
  const [head = '', tail] = text.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array<string>(Math.max(0, gap)).fill('0'), ...right].map(g => Number.parseInt(g, 16))
  return groups.length === 8 && groups.every(g => g >= 0 && g <= 0xffff) ? groups : undefined
}

/** The IPv4 address in two groups of an IPv6 address. */
const v4In = (groups: readonly number[], from: number): number[] => {
  const [a = 0, b = 0] = groups.slice(from)
  return [a >> 8, a & 255, b >> 8, b & 255]
}
function isPrivateV6(groups: readonly number[]): boolean {
  const [a = 0, b = 0] = groups
  const startsZero = (n: number) => groups.slice(0, n).every(g => g === 0)
  if (startsZero(7)) return true // :: and ::1
  if (startsZero(6)) return isPrivateV4(v4In(groups, 6)) // ::a.b.c.d, deprecated
  if (startsZero(5) && groups[5] === 0xffff) return isPrivateV4(v4In(groups, 6)) // IPv4 in IPv6
  if (startsZero(4) && groups[4] === 0xffff && groups[5] === 0) return isPrivateV4(v4In(groups, 6)) // ::ffff:0:a.b.c.d
  if (a === 0x64 && b === 0xff9b) return groups[2] !== 0 || isPrivateV4(v4In(groups, 6)) // NAT64, and its local prefix
  if (a === 0x2002) return isPrivateV4(v4In(groups, 1)) // 6to4
  if (a === 0x2001 && b < 0x200) return true // protocol assignments, Teredo among them
  if (a === 0x2001 && b === 0xdb8) return true // documentation
  if (a === 0x3fff && b < 0x1000) return true // documentation
  if (a === 0x5f00) return true // segment routing
  if (a === 0x100) return true // discard-only
  return (a & 0xfe00) === 0xfc00 || (a & 0xffc0) === 0xfe80 || (a & 0xffc0) === 0xfec0 || (a & 0xff00) === 0xff00
}

/** Whether an IP address (without brackets) is private, local, reserved or multicast. False for a name. */
export function isPrivateAddress(address: string): boolean {
  const four = v4(address)
  if (four) return isPrivateV4(four)
  const six = v6(address)
  return six ? isPrivateV6(six) : address.includes(':')
}

const LOCAL_NAME = /(^|\.)(localhost|internal|intranet|local|lan|home|corp|localdomain|home\.arpa)$/i

/**
 * Why the gateway does not call an address, as the end of a sentence; undefined where it may. Names are not resolved
 * here: on Node the sender checks what a name leads to when it connects.
 *
 * @example refuseAddress(new URL('http://169.254.169.254/'), false) // 'must be https'
 */
export function refuseAddress(url: URL, allowPrivate: boolean): string | undefined {
  if (url.username || url.password) return 'must not hold a user name or password'
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return 'must be https'
  if (allowPrivate) return undefined
  const host = withoutTrailing(url.hostname.replace(/^\[|\]$/g, ''), '.')
  if (host === '' || LOCAL_NAME.test(host) || isPrivateAddress(host)) return 'must not be a private or local address'
  if (!host.includes('.') && !host.includes(':')) return 'must be a full host name'
  return undefined
}

/** Whether a host is one of a provider's own; `*.` stands for one label or more. */
export function isOwnHost(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase()
  return hosts.some(own =>
    own.startsWith('*.') ? name.endsWith(own.slice(1)) && name.length > own.length - 1 : name === own,
  )
}

/** Where the calls of one connection may go. */
export interface Destinations {
  readonly hosts: readonly string[]
  /** `integration_config.base_url`, which is called in place of the provider's own hosts. */
  readonly baseUrl: string | undefined
  readonly allowPrivate: boolean
}

/** Times that a path is decoded to look for climbs: servers and proxies before them decode, some of them twice. */
const DECODINGS = 3

/**
 * Whether a path leads upwards when somebody on the way decodes it: `..%2f`, `%2e%2e/`, `..%5c`, `..;/`, and the same
 * encoded again. `URL` itself has taken the plain ones away.
 */
export function climbs(path: string): boolean {
  if (!path.includes('..') && !/%2e|%25/i.test(path)) return false
  let decoded = path
  for (let n = 0; n < DECODINGS; n++)
    decoded = decoded.replace(/%(2e|2f|5c|3b|25)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return decoded.split(/[/\\]/).some(segment => /^\.\.(;|$)/.test(segment))
}

/** Whether an address lies below another one, or is it. */
function isBelow(url: URL, base: URL): boolean {
  const prefix = withoutTrailing(base.pathname, '/')
  return url.origin === base.origin && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`))
}

/**
 * The address to call for one that a mapping, a caller or a provider named; or why it is not called, as the end of a
 * sentence. Where `base_url` is set, an address on the provider's own host becomes one below `base_url`: that of a next
 * page is always the provider's own.
 */
export function destinationOf(
  address: string,
  { hosts, baseUrl, allowPrivate }: Destinations,
): { url: URL } | { refused: string } {
  const parsed = URL.canParse(address) ? new URL(address) : undefined
  if (!parsed) return { refused: 'is not an address' }
  if (climbs(parsed.pathname)) return { refused: 'climbs out of its path' }
  const base = baseUrl === undefined ? undefined : new URL(baseUrl)
  let url = parsed
  if (base && url.origin !== base.origin) {
    if (!isOwnHost(url.hostname, hosts)) return { refused: 'is not on one of the provider’s hosts' }
    url = new URL(withoutTrailing(base.href, '/') + url.pathname + url.search)
  }
  const refused = refuseAddress(url, allowPrivate)
  if (refused) return { refused }
  if (base) return isBelow(url, base) ? { url } : { refused: 'is not below `base_url`' }
  if (!isOwnHost(url.hostname, hosts)) return { refused: 'is not on one of the provider’s hosts' }
  if (url.port !== '') return { refused: 'is on another port' }
  return { url }
}

/**
 * The base that a caller names in place of the usual one, or why it is not called. More is refused than of other
 * addresses, since what reads it may read it otherwise: only scheme, host and path, as they are meant.
 */
export function overrideOf(base: string, destinations: Destinations): { url: URL } | { refused: string } {
  if (!/^https?:\/\/[^\s\\?#@]+$/i.test(base)) return { refused: 'is more than a scheme, a host and a path' }
  const checked = destinationOf(base, destinations)
  if ('refused' in checked) return checked
  const { baseUrl } = destinations
  const given = new URL(base)
  if (baseUrl !== undefined && given.origin === new URL(baseUrl).origin) return checked
  // A provider's own host is public, whatever else may be called.
  const refused = refuseAddress(given, false)
  if (refused) return { refused }
  return given.port === '' ? checked : { refused: 'is on another port' }
}
