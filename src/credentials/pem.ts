import { Buffer } from 'node:buffer'

/** `AlgorithmIdentifier` of rsaEncryption (RFC 8017, A.1; RFC 5208): version 0, the object identifier, NULL. */
const RSA = Buffer.from('020100300d06092a864886f70d0101010500', 'hex')

/** A DER value: tag, length, content (X.690, 8.1). */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const hex = length.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, content])
}

/**
 * A private key as PKCS#8 PEM, which jose imports: GitHub issues PKCS#1 (`BEGIN RSA PRIVATE KEY`), and texts that went
 * through an environment variable have `\n` in two characters.
 */
export function asPkcs8(pem: string): string {
  const text = pem.replaceAll('\\n', '\n').trim()
  const pkcs1 = /-----BEGIN RSA PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END RSA PRIVATE KEY-----/.exec(text)?.[1]
  if (pkcs1 === undefined) return text
  const key = Buffer.from(pkcs1.replace(/\s/g, ''), 'base64')
  const wrapped = der(0x30, Buffer.concat([RSA, der(0x04, key)])).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${wrapped.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----`
}
