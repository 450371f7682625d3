import type { Seal } from '../credentials/seal.ts'
import { aad } from './aad.ts'

/** Who carries out an integration's requests, as a caller names it. */
export type Backend =
  | { readonly type: 'direct' }
  | {
      readonly type: 'nango'
      /** Where the backend listens: its origin. */
      readonly host: string
      /** The backend's environment key. */
      readonly api_key: string
      /** The integration's name there, if it is not the name here. */
      readonly provider_config_key?: string | undefined
    }
/** The same without its key. */
export type BackendShown =
  | { readonly type: 'direct' }
  | { readonly type: 'nango'; readonly host: string; readonly provider_config_key?: string }

/** A backend as its column holds it: the key sealed, the rest plain. Null for `direct`. */
export async function writeBackend(
  seal: Seal,
  environment: string,
  id: string,
  backend: Backend | undefined,
): Promise<string | null | undefined> {
  if (backend === undefined) return undefined
  if (backend.type === 'direct') return null
  const { api_key, ...plain } = backend
  return JSON.stringify({ ...plain, sealed: await seal.seal(api_key, aad.backend(environment, id)) })
}

/** A backend with its key, from its column. */
export async function openBackend(seal: Seal, environment: string, id: string, column: unknown): Promise<Backend> {
  if (typeof column !== 'string') return { type: 'direct' }
  const { sealed, ...plain } = JSON.parse(column)
  return { ...plain, api_key: await seal.open(sealed, aad.backend(environment, id)) }
}

/** What may be shown of a backend. */
export function showBackend(column: unknown): BackendShown {
  if (typeof column !== 'string') return { type: 'direct' }
  const { sealed: _, ...plain } = JSON.parse(column)
  return plain
}
