import type { Outcome } from '../problem/index.ts'
import type { BufferedOptions, SendOptions, SendResult } from '../provider/client.ts'
import type { ProviderRequest, StreamedRequest } from '../provider/provider-request.ts'
import type { HttpResponse, StreamedResponse } from '../services.ts'
import type { BackendServices, CallContext, ResolvedConnection } from './call-context.ts'

/** The options that differ from request to request of one call. */
export type SendHow = Pick<SendOptions, 'repeatable' | 'harmless' | 'attempts' | 'retryOn'> &
  Pick<BufferedOptions, 'wantsBytes'>

/** Who holds a connection's credentials and sends its requests: Koine itself, or a server that Koine calls. */
export interface Backend {
  /** Sends an HTTP request as a connection; answers the provider's own response. */
  send(
    services: BackendServices,
    context: CallContext,
    request: ProviderRequest,
    how: SendHow,
  ): Promise<SendResult<HttpResponse>>
  /**
   * The address of a request of `/proxy`, by its path with the query and the base that the caller asks for, if any, which
   * was checked. Adds headers that the backend needs.
   */
  locate(
    resolved: ResolvedConnection,
    path: string,
    base: string | undefined,
  ): { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  /** Sends a request of `/proxy` to the address of `locate`, with bodies as they come. */
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
