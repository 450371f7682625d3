import { aad, type Seal, type SealVersion } from './aad.ts'

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
/** A backend as it may be shown: without its key. */
export type BackendShown =
  | { readonly type: 'direct' }
  | { readonly type: 'nango'; readonly host: string; readonly provider_config_key?: string }

/** The row of an integration that something is sealed for, and how. */
export interface SealedFor {
  readonly environment: string
  readonly id: string
  readonly version: SealVersion
}

/** What the column `backend` of an integration holds: JSON with the key sealed in it, or null for `direct`. */
export async function writeBackend(
  seal: Seal,
  { environment, id, version }: SealedFor,
  backend: Backend | undefined,
): Promise<string | null | undefined> {
  if (backend === undefined) return undefined
  if (backend.type === 'direct') return null
  const { api_key, ...plain } = backend
  return JSON.stringify({ ...plain, sealed: await seal.seal(api_key, aad.backend(environment, id), version) })
}

/** Opens the backend in the column of an integration (its id). Rejects where its key does not open. */
export async function openBackend(
  seal: Seal,
  environment: string,
  id: string,
  column: string | null,
): Promise<Backend> {
  if (column === null) return { type: 'direct' }
  const { sealed, ...plain } = JSON.parse(column)
  return { ...plain, api_key: await seal.open(sealed, aad.backend(environment, id)) }
}

/** What may be shown of the backend in a column. */
export function showBackend(column: string | null): BackendShown {
  if (column === null) return { type: 'direct' }
  const { sealed: _, ...plain } = JSON.parse(column)
  return plain
}
