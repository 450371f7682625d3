import type { Failure, Outcome } from '../problem/index.ts'
import type { BufferedOptions, SendOptions, SendResult } from '../provider/client.ts'
import type { ProviderRequest, StreamedRequest } from '../provider/provider-request.ts'
import type { HttpResponse, StreamedResponse } from '../services.ts'
import type { BackendServices, CallContext, ResolvedConnection } from './call-context.ts'

/** How often a request may be sent, and how its body is wanted; the rest is the context's. */
export type SendHow = Pick<SendOptions, 'repeatable' | 'attempts' | 'retryOn'> & Pick<BufferedOptions, 'wantsBytes'>

/** Who carries out what a mapping, a hook or an action function asks for. */
export interface Backend {
  /** Sends an HTTP request as a connection; the response is the provider's own. */
  send(
    services: BackendServices,
    context: CallContext,
    request: ProviderRequest,
    how: SendHow,
  ): Promise<SendResult<HttpResponse>>
  /** Where a request goes that is passed through, by its path and the caller's own base. */
  locate(
    resolved: ResolvedConnection,
    path: string,
    base: string | undefined,
  ): { readonly url: string; readonly headers: Readonly<Record<string, string>> } | { readonly failure: Failure }
  /** Passes a request through, as it comes, to where `locate` said. */
  stream(
    services: BackendServices,
    context: CallContext,
    request: StreamedRequest,
    how: SendHow,
  ): Promise<SendResult<StreamedResponse>>
  /** Runs one of the backend's own named actions as a connection; answers its output. */
  runAction(
    services: BackendServices,
    context: CallContext,
    action: { readonly name: string; readonly input: unknown; readonly repeatable: boolean },
  ): Promise<Outcome<unknown>>
}
