/** Where each sealed value stands. A sealed text opens only in its place, so that none can be moved to another row. */
export const aad = {
  integration: (environment: string, id: string) => `integrations/credentials/${environment}/${id}`,
  connection: (environment: string, uuid: string) => `connections/credentials/${environment}/${uuid}`,
  backend: (environment: string, id: string) => `integrations/backend/${environment}/${id}`,
  answer: (environment: string, connection: string, key: string) =>
    `idempotent_parts/text/${environment}/${connection}/${key}`,
  variable: (environment: string, name: string) => `environment_variables/value/${environment}/${name}`,
}
