// A sign-in that remembers what it was asked, in place of the real one: integrations of every kind, without a provider.
import type {
  ConnectAnswers,
  ConnectFlow,
  ConnectStep,
  ConnectView,
  IntegrationView,
  ReturnTo,
} from '../../src/http/connect/flow.ts'

export const TOKEN = 'session_0123456789abcdefghijklmnop'
/** A session of one integration alone. */
export const ONE = 'session_of_one_integration_alone'
/** A session that signs in an account that there is. */
export const AGAIN = 'session_that_signs_in_once_more'
/** A session of an integration that has nothing but OAuth. */
export const OAUTH = 'session_of_one_sign_in_at_provider'

const acme: IntegrationView = {
  key: 'acme',
  name: 'Acme CRM',
  logo: '',
  ways: [
    {
      type: 'API_KEY',
      at: 'form',
      fields: [
        {
          name: 'apiKey',
          label: 'API key',
          help: 'It begins with ak_.',
          secret: true,
          required: true,
          pattern: 'ak_\\w+',
        },
        { name: 'account', label: 'Account', secret: false, required: false },
      ],
      help: 'Settings, then Developers.',
      page: 'https://docs.acme.example/keys',
    },
    { type: 'OAUTH2', at: 'provider' },
  ],
  questions: [
    { name: 'region', label: 'Region', one_of: ['eu', 'us'] },
    { name: 'plan', label: 'Plan', value: 'gold' },
  ],
}
const books: IntegrationView = {
  key: 'books',
  name: 'Great Books',
  logo: 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=',
  ways: [{ type: 'OAUTH2', at: 'provider' }],
  questions: [],
}
const bare: IntegrationView = { key: 'bare', name: 'Bare', logo: '', ways: [], questions: [] }

const plain: ConnectView = {
  expires_at: '2026-11-21T12:00:00.000Z',
  isReconnect: false,
  brand: { name: null, color: null, logo: null },
  integrations: [acme, books, bare],
  allowedOrigins: [],
}

/** One call of the flow. */
export interface Submitted {
  readonly token: string
  readonly key: string
  readonly answers: ConnectAnswers
  readonly back: ReturnTo
}

/** The sessions of a test, each of which it may change, and what the page sent. */
export function imitatedFlow(
  authorize: (state: string) => string = state => `https://provider.example/?state=${state}`,
) {
  const views = new Map<string, ConnectView>([
    [TOKEN, plain],
    [ONE, { ...plain, integrations: [acme] }],
    [AGAIN, { ...plain, isReconnect: true, integrations: [acme] }],
    [OAUTH, { ...plain, integrations: [books] }],
  ])
  const submitted: Submitted[] = []
  /** Attempt → whose it is, how it goes back, and what came of it. */
  const attempts = new Map<string, { token: string; back: ReturnTo; step: ConnectStep }>()
  const connected = (key: string): ConnectStep => ({
    connected: { connection_id: `of-${key}`, provider_config_key: key },
  })

  const flow: ConnectFlow = {
    view: async token => views.get(token),
    async submit(token, key, answers, back) {
      if (!views.has(token)) return undefined
      submitted.push({ token, key, answers, back })
      if (answers.type === 'OAUTH2') {
        const state = `attempt-${attempts.size + 1}`
        attempts.set(state, { token, back, step: connected(key) })
        return { redirect: authorize(state) }
      }
      const { apiKey = '' } = answers.fields
      if (apiKey === '') return { faults: [{ name: 'apiKey', code: 'required', detail: 'It is missing.' }] }
      if (!apiKey.startsWith('ak_'))
        return { faults: [{ name: 'apiKey', code: 'invalid', detail: 'It does not begin with ak_.' }] }
      if (apiKey === 'ak_refused')
        return { failed: { code: 'connection_test_failed', detail: 'Acme says: <b>key revoked</b>' } }
      return connected(key)
    },
    choose: async (token, attempt, choice) =>
      attempts.get(attempt)?.token === token ? connected(`books-${choice}`) : undefined,
    async outcome(token, attempt) {
      const found = attempts.get(attempt)
      return found?.token === token ? found.step : undefined
    },
  }
  return {
    flow,
    submitted,
    attempts,
    /** Changes what a session shows. */
    change(token: string, change: Partial<ConnectView>) {
      views.set(token, { ...views.get(token)!, ...change })
    },
    end: (token: string) => views.delete(token),
  }
}
