/** Where the servers outside the gateway listen, each without a slash at its end. */
export interface Upstream {
  /** A HubSpot that nobody writes to. */
  readonly sandbox: string
  /** A HubSpot to write to. */
  readonly scratch: string
  /** A provider that fails as the first part of the path says: `${faults}/unauthorized`. */
  readonly faults: string
  /** An address where nobody listens. */
  readonly closed: string
}

/** A running gateway, whichever way it runs, and what stands around it. */
export interface EntryPoint extends Upstream {
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** KOINE_SECRET_KEY of the gateway. */
  readonly key: string
}

/** Settings of every gateway under test; what is small is small so that its limit can be reached. */
export const settings = {
  KOINE_MASTER_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  KOINE_SECRET_KEY: 'koine_contract-secret-key',
  KOINE_ALLOW_PRIVATE_HOSTS: '1',
  KOINE_BODY_LIMIT: '65536',
  KOINE_PROVIDER_TIMEOUT: '3',
} as const
