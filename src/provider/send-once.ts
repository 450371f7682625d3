import type {
  BufferedRequest,
  HttpFault,
  HttpRequest,
  HttpResponse,
  HttpSender,
  StreamedResponse,
} from '../services.ts'
import type { Leave } from './bulkhead.ts'
import { passOn } from './passing-body.ts'
import type { ProviderAccount, Signature } from './provider-account.ts'
import { headersWithoutSecrets, redactPieces, withoutSecrets } from './redact.ts'
import { secretForms } from './secret-forms.ts'
import { withSigned } from './signed-query.ts'

/** What one request is sent with. */
interface With {
  readonly sender: HttpSender
  readonly account: ProviderAccount
  readonly signature: Signature
  /** Gives the place at the host back. */
  readonly leave: Leave
  /** Called as the request is written, where the sender says when that is. */
  readonly begun?: (() => void) | undefined
}
type Result<R> = { readonly response: R } | { readonly fault: HttpFault }

/** Whether a status is one of HTTP's final ones (RFC 9110, 15): others, such as 600, no answer of ours can have. */
const isKnown = (status: number): boolean => status >= 200 && status <= 599

/** Signs a request and sends it once; its response, read whole, is without what signed it. */
export async function sendOnce(
  { sender, account, signature, leave, begun }: With,
  request: BufferedRequest,
): Promise<Result<HttpResponse>> {
  try {
    const sent = await sender.send({
      ...request,
      begun,
      url: withSigned(request.url, account),
      headers: { ...request.headers, ...signature },
    })
    if ('fault' in sent) return sent
    if (!isKnown(sent.response.status)) return { fault: 'unreadable' }
    const forms = secretForms(signature, sent.response.status, account)
    return { response: withoutSecrets(sent.response, forms) }
  } finally {
    leave()
  }
}

/** The same with bodies that are passed on: the place is given back when the response has come to its end. */
export async function streamOnce(
  { sender, account, signature, leave, begun }: With,
  request: () => HttpRequest,
): Promise<Result<StreamedResponse>> {
  let isComing = false
  try {
    const unsigned = request()
    const sent = await sender.stream({
      ...unsigned,
      begun,
      url: withSigned(unsigned.url, account),
      headers: { ...unsigned.headers, ...signature },
    })
    if ('fault' in sent) return sent
    const { status, headers, body } = sent.response
    if (!isKnown(status)) {
      await body?.cancel()
      return { fault: 'unreadable' }
    }
    const forms = secretForms(signature, status, account)
    const response = { status, headers: headersWithoutSecrets(headers, forms) }
    if (!body) return { response: { ...response, body } }
    isComing = true
    const passed = passOn(body, { idle: account.timeout, change: redactPieces(forms), over: leave })
    return { response: { ...response, body: passed } }
  } finally {
    if (!isComing) leave()
  }
}
