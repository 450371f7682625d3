// What the connect page needs of sign-in: plain data in both directions, so that pages know no storage and no protocol.

import type { FormField } from '../../credentials/form.ts'

/** One text that a person fills in. */
export type FieldView = FormField

/** What a provider asks besides: the subdomain, the data centre. */
export interface QuestionView {
  readonly name: string
  readonly label: string
  readonly pattern?: string | undefined
  readonly one_of?: readonly string[] | undefined
  /** The ways to sign in for which it is asked; all when missing. */
  readonly for?: readonly string[] | undefined
  /** What the session sets already; shown, and not asked again. */
  readonly value?: string | undefined
}

/** A way to sign in: at the provider's own page, or by what a person fills in. */
export type WayView =
  | { readonly type: 'OAUTH2' | 'APP' | 'CUSTOM'; readonly at: 'provider' }
  | {
      readonly type: 'OAUTH2_CC' | 'API_KEY' | 'BASIC' | 'TWO_STEP' | 'JWT' | 'NONE'
      readonly at: 'form'
      readonly fields: readonly FieldView[]
      readonly help?: string | undefined
      /** The provider's page about it. */
      readonly page?: string | undefined
    }

/** An integration that the session lets a person connect. */
export interface IntegrationView {
  readonly key: string
  readonly name: string
  /** Address of a logo; empty for none, where initials are shown. */
  readonly logo: string
  /** Empty where nothing can be offered: the integration lacks its OAuth client, or the provider has OAuth 1 alone. */
  readonly ways: readonly WayView[]
  readonly questions: readonly QuestionView[]
}

/** What `GET /connect/{token}` shows. */
export interface ConnectView {
  readonly expires_at: string
  /** Whether an account that exists is signed in again. */
  readonly isReconnect: boolean
  readonly brand: { readonly name: string | null; readonly color: string | null; readonly logo: string | null }
  readonly integrations: readonly IntegrationView[]
  /** Origins that may frame the page and hear from it. */
  readonly allowedOrigins: readonly string[]
  /** Where the page leads back to, when it was opened as a page; shown only where it is on an allowed origin. */
  readonly returnUrl?: string | undefined
}

/** What is wrong with one answer; `name` is that of the field or question. */
export interface FieldFault {
  readonly name: string
  readonly code: 'required' | 'invalid' | 'refused'
  readonly detail: string
}
/** Why an account could not be connected; `code` is that of the client surfaces, such as `connection_test_failed`. */
export interface ConnectFailure {
  readonly code: string
  readonly detail: string
  /** The integration that was tried, so that the page can offer it again; without it the page offers all. */
  readonly provider_config_key?: string | undefined
}
/** What comes after a person's answer. */
export type ConnectStep =
  | { readonly redirect: string }
  | { readonly faults: readonly FieldFault[] }
  | { readonly failed: ConnectFailure }
  /** Several accounts were found: which one? */
  | {
      readonly choose: {
        /** To be sent with the choice. */
        readonly attempt: string
        readonly choices: readonly { readonly id: string; readonly label: string }[]
      }
    }
  | {
      readonly connected: {
        readonly connection_id: string
        readonly provider_config_key: string
        /** Set where the credentials could not be tried just now. */
        readonly warning?: string | undefined
      }
    }

/** What a person filled in. */
export interface ConnectAnswers {
  /** The way to sign in. */
  readonly type: WayView['type']
  readonly fields: Readonly<Record<string, string>>
  readonly questions: Readonly<Record<string, string>>
}

/** Where the answer of a sign-in goes that happens at the provider's page. */
export interface ReturnTo {
  /** `page`: back to the connect page, in the same window. `popup`: the callback tells its opener, and closes. */
  readonly mode: 'page' | 'popup'
  /** Query of the connect page to come back to, such as `lang=de&theme=dark`, so that it looks as before. */
  readonly query?: string | undefined
}

/** Sign-in as the connect page uses it. A session that is over or unknown is `undefined`. */
export interface ConnectFlow {
  view(token: string): Promise<ConnectView | undefined>
  /** Connects by what was filled in, or answers where the person is to go. */
  submit(token: string, key: string, answers: ConnectAnswers, back: ReturnTo): Promise<ConnectStep | undefined>
  /** Takes one of several accounts. */
  choose(token: string, attempt: string, choice: string): Promise<ConnectStep | undefined>
  /** What came of a sign-in that went through the provider's page, once it is back. */
  outcome(token: string, attempt: string): Promise<ConnectStep | undefined>
}
