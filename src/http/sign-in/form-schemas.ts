import { z } from '@hono/zod-openapi'
import { connectionId, uniqueKey } from '../schemas.ts'

/** What the documented browser client may add to any of these requests, beside the token. */
const GROUPS = /^(?:params|authorization_params|credentials)\[[^\]]{1,255}\]$/
/** Characters of the longest parameter. */
const LONGEST = 8_192
const text = z.string().max(LONGEST)

export const formPath = z.object({ key: uniqueKey.openapi({ param: { name: 'key', in: 'path' } }) })
export const formQuery = z
  .object({
    connect_session_token: text.optional().openapi({ description: 'Of `POST /connect/sessions`; stands for a key.' }),
    public_key: text.optional().openapi({ description: 'Passed over.' }),
    hmac: text.optional().openapi({ description: 'Passed over.' }),
    user_scope: text.optional().openapi({ description: 'Passed over: there is nothing to grant here.' }),
  })
  .catchall(text)
  .superRefine((query, context) => {
    const known = ['connect_session_token', 'public_key', 'hmac', 'user_scope']
    for (const name of Object.keys(query))
      if (name === 'connection_id')
        context.addIssue({ code: 'custom', path: [name], message: 'A connect session names its connection itself.' })
      else if (!known.includes(name) && !GROUPS.test(name))
        context.addIssue({ code: 'custom', path: [name], message: 'There is no such parameter.' })
  })

const secret = z.string().max(65_536)
/** Bodies by the way to sign in, as the documented browser client sends them. */
export const formBodies = {
  API_KEY: z
    .object({ apiKey: secret.optional() })
    .openapi('ApiKeySignIn', { example: { apiKey: 'key-of-the-account' } }),
  BASIC: z
    .object({ username: secret.optional(), password: secret.optional() })
    .openapi('BasicSignIn', { example: { username: 'ada', password: 'secret-of-the-account' } }),
  TWO_STEP: z.record(z.string().max(255), z.unknown()).openapi('TwoStepSignIn', {
    description:
      'What the provider’s sign-in takes, by the names of its form. Members that are no texts are passed over.',
    example: { type: 'TWO_STEP', username: 'ada', password: 'secret-of-the-account' },
  }),
  JWT: z.record(z.string().max(255), z.unknown()).openapi('JwtSignIn', {
    description:
      'What the provider’s sign-in takes, by the names of its form. Members that are no texts are passed over.',
    example: { type: 'JWT', privateKeyId: 'key-1', privateKey: 'secret-of-the-account' },
  }),
  OAUTH2_CC: z
    .object({ client_id: secret.optional(), client_secret: secret.optional() })
    .openapi('ClientCredentialsSignIn', { example: { client_id: 'client', client_secret: 'secret-of-the-client' } }),
}

export const signedIn = z
  .object({
    providerConfigKey: uniqueKey,
    connectionId,
    isPending: z.literal(false),
  })
  .openapi('SignedIn', { example: { providerConfigKey: 'crm', connectionId: 'customer-42', isPending: false } })
