// Secrets and personal data that are found wherever they come out, since nothing else looks like them.

/** Each by the place where it enters. None is a part of another. */
export const secrets = {
  KOINE_SECRET_KEY: 'koine_planted-operator-key-1f0a',
  'access token': 'planted-access-token-2b7c',
  'refresh token': 'planted-refresh-token-3d8e',
  'api key of a connection': 'planted-api-key-4e9f',
  password: 'planted-password-5fa0',
  'user name': 'planted-user-name-60b1',
  'client secret': 'planted-client-secret-71c2',
  'client id': 'planted-client-id-72c3',
  'webhook secret': 'planted-webhook-secret-73c4',
  variable: 'planted-variable-82d3',
  'key of a backend': 'planted-backend-key-93e4',
  'rotated access token': 'planted-second-token-a4f5',
  'idempotency key': 'planted-idempotency-key-b506',
  'wrong key': 'planted-wrong-key-c617',
} as const

/** What people are called and where they are reached, and what else a caller says about them. */
export const personal = {
  'email written': 'planted.written@people-d728.example',
  'email filtered': 'planted.filtered@people-e839.example',
  'email read': 'planted.read@people-f94a.example',
  'first name': 'Plantedfirst0a5b',
  'last name': 'Plantedlast1b6c',
  phone: '+44 7700 900-2c7d',
  id: 'planted-id-3d8e',
  'custom value': 'planted-custom-4e9f',
  'passed through': 'planted-through-5fa0',
  'field asked for': 'planted_field_60b1',
  cursor: 'planted-cursor-71c2-padded-to-be-long-enough-to-look-real',
  path: 'planted-path-82d3',
  query: 'planted-query-93e4',
  member: 'planted-member-a4f5',
  'body that is no JSON': 'planted-broken-b506',
  'what the provider said': 'planted-provider-said-c617',
} as const

/** What is documented as kept in plain: the caller's own names and notes, for which docs/tenants.md says so. */
export const plain = {
  'connection id': 'planted-connection-d728',
  metadata: 'planted-metadata-e839',
  connection_config: 'planted-config-f94a',
  tag: 'planted-tag-0a5b',
  'end user id': 'planted-end-user-1b6c',
  'end user email': 'planted.end-user@people-2c7d.example',
  'end user name': 'Planted End User 3d8e',
  webhook_url_override: 'https://hooks.example.com/planted-hook-4e9f',
  webhook_url: 'https://hooks.example.com/planted-hook-5fa0',
  'allowed origin': 'https://planted-origin-60b1.example',
  'brand name': 'planted-brand-7c3d',
  integration_config: 'planted-setting-71c2',
  custom: 'planted-note-82d3',
  'display name': 'Planted Display 93e4',
  'key name': 'planted-key-name-a4f5',
  'environment name': 'planted-environment-b506',
  'variable name': 'PLANTED_VARIABLE_C617',
  'action name': 'planted-action-d728',
} as const

type Plants = Readonly<Record<string, string>>

/** The plants that a text holds, by name; also as JSON, a URL or base64 would spell them. */
export function found(text: string, plants: Plants): string[] {
  return Object.entries(plants).flatMap(([name, plant]) => {
    const codecs = [plant, JSON.stringify(plant).slice(1, -1), encodeURIComponent(plant)]
    // Base64 of a text depends on where in three bytes it begins; its inner part is enough to know it by.
    for (const before of ['', 'a', 'ab'])
      codecs.push(Buffer.from(`${before}${plant}`).toString('base64').slice(4, -4).replace(/=+$/, ''))
    return codecs.some(spelling => text.includes(spelling)) ? [name] : []
  })
}
