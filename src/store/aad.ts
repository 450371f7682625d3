/** Seals secrets for storage and opens them again; `src/credentials/seal.ts` makes it. */
export interface Seal {
  /** Seals a text together with the place that it is stored at (one of `aad`). */
  seal(plain: string, aad: string): Promise<string>
  /** Opens a sealed text; rejects when it was altered or stored at another place, or when its key is gone. */
  open(sealed: string, aad: string): Promise<string>
}

/**
 * The place that each kind of sealed value is stored at, as additional authenticated data (AAD) of its encryption: a
 * sealed text that somebody copied into another row does not open there.
 */
export const aad = {
  integration: (environment: string, id: string) => `integrations/credentials/${environment}/${id}`,
  connection: (environment: string, uuid: string) => `connections/credentials/${environment}/${uuid}`,
  backend: (environment: string, id: string) => `integrations/backend/${environment}/${id}`,
  answer: (environment: string, connection: string, key: string) =>
    `idempotent_parts/text/${environment}/${connection}/${key}`,
  variable: (environment: string, name: string) => `environment_variables/value/${environment}/${name}`,
}
