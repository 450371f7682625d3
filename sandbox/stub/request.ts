import { clone } from '../../src/mapping/path.ts'
import type { ProviderRequest } from '../../src/provider/provider-request.ts'

/** A request to a provider, taken apart. */
export interface StubRequest {
  readonly method: string
  /** Percent-encoded, as it came. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}
/** What the provider answers; nothing where it sends no body. */
export interface StubReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What a form's keys say: `a[b][0]=x`. A form knows texts only, and a name with nothing is an empty list. */
export function parseForm(text: string): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const keys = name.replaceAll(']', '').split('[')
    let here: Record<string, unknown> = out
    keys.forEach((key, i) => {
      if (i === keys.length - 1) here[key] = value
      else {
        here[key] ??= /^\d+$/.test(keys[i + 1]!) ? [] : Object.create(null)
        here = here[key] as Record<string, unknown>
      }
    })
  }
  return clone(out)
}

/** The body of a request: JSON, or a form. */
export const bodyOf = ({
  headers,
  body,
}: Pick<ProviderRequest, 'headers'> & { readonly body?: string | undefined }): unknown =>
  body === undefined || body === ''
    ? undefined
    : headers['content-type']?.includes('form')
      ? parseForm(body)
      : JSON.parse(body)

/** Takes a request apart. Throws for a body that is no JSON. */
export function takeApart({
  method,
  url,
  headers,
  body,
}: Omit<ProviderRequest, 'method'> & { method: string }): StubRequest {
  const { pathname, searchParams } = new URL(url)
  return {
    method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers,
    body: bodyOf({ headers, body }),
  }
}
