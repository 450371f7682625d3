/** A sealed text does not open, or what stands beside it is not what it was sealed with. Its message holds no secret. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

/** `v1`: bound to its place. `v2`: bound to what decides where the secret is sent, too. */
export type SealVersion = 'v1' | 'v2'

/** Seals secrets for storage and opens them again; `src/credentials/seal.ts` makes it. */
export interface Seal {
  /** Seals a text together with the place that it is stored at (one of `aad`). */
  seal(plain: string, aad: string, version?: SealVersion): Promise<string>
  /** Opens a sealed text; rejects with a `SealError` when it was altered or moved, or when its key is gone. */
  open(sealed: string, aad: string): Promise<string>
  /** Makes the MAC of a text. */
  sign(text: string): Promise<string>
  /** Rejects with a `SealError` unless `sign` made the MAC for this text. */
  verify(mac: string, text: string): Promise<void>
  /** Whether a sealed text or a MAC was made with the first key of the master key. */
  isCurrent(made: string): boolean
}

/** Whether a secret was sealed together with what decides where it is sent. Nobody without the master key can change that. */
export const isBound = (sealed: string): boolean => sealed.startsWith('v2.')

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
  session: (environment: string, id: string, hash: string, end: string) =>
    `connect_sessions/held/${environment}/${id}/${hash}/${end}`,
  signIn: (environment: string, session: string, id: string) => `sign_ins/held/${environment}/${session}/${id}`,
  delivery: (environment: string, id: string) => `webhook_deliveries/sealed/${environment}/${id}`,
  webhookKeys: (environment: string) => `environments/webhook_keys/${environment}`,
  run: (environment: string, id: string, kind: string) => `run_parts/${kind}/${environment}/${id}`,
  variable: (environment: string, name: string) => `environment_variables/value/${environment}/${name}`,
}
