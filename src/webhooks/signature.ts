import { Buffer } from 'node:buffer'

const PREFIX = 'whsec_'

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Buffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return Buffer.from(await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(text)))
}
const bytesOf = (key: string) =>
  new Uint8Array(Buffer.from(key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key, 'base64'))

/** One attempt at a delivery, as it is signed. */
export interface Signed {
  /** The same for every attempt. */
  readonly id: string
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: number
  readonly body: string
}

/**
 * The headers that sign a delivery: those of Standard Webhooks, with one signature for each key, so that a receiver may
 * have the former or the new one while keys are rotated; and `X-Nango-Hmac-Sha256` of the documented action API, by the
 * first key, which clients people already have verify. Keys are `whsec_` and 24 to 64 bytes in base64.
 */
export async function signatureHeaders(
  { id, timestamp, body }: Signed,
  keys: readonly string[],
): Promise<Record<string, string>> {
  const signatures = await Promise.all(
    keys.map(async key => `v1,${(await hmac(bytesOf(key), `${id}.${timestamp}.${body}`)).toString('base64')}`),
  )
  const [first = ''] = keys
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
    // Its key is the text itself, not the bytes that it stands for.
    'x-nango-hmac-sha256': (await hmac(new TextEncoder().encode(first), body)).toString('hex'),
  }
}
