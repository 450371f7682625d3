import { isPrivateAddress } from '../provider/destination.ts'

/** An IPv4 address as a socket for both versions spells it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * The network that an address of the internet belongs to, by which callers are told apart: an IPv4 address alone, of an
 * IPv6 address the first 64 bits, since who has one has all of those. Undefined for a private address, which may be a
 * proxy's, in front of all callers.
 */
export function networkOf(address: string): string | undefined {
  const plain = MAPPED.exec(address)?.[1] ?? address
  if (plain === '' || isPrivateAddress(plain)) return undefined
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return groups.slice(0, 4).join(':')
}
