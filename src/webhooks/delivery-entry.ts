import type { Delivery } from '../store/index.ts'
import { type LogEntry, logId } from '../store/log-entry.ts'
import { type Answered, isDelivered } from './send-webhook.ts'

/** One attempt at a delivery. */
interface Made extends Answered {
  readonly delivery: Omit<Delivery, 'receiver' | 'expires'>
}

const codeOf = ({ status, failure }: Pick<Answered, 'status' | 'failure'>): LogEntry['code'] => {
  if (isDelivered(status)) return undefined
  return failure?.code ?? (status !== undefined && status >= 500 ? 'provider-failed' : 'provider-rejected')
}

/** The entry of one attempt in `GET /logs`: never its body nor its address. Its request id is the id of the delivery. */
export const deliveryEntry = ({ delivery, status, failure, ms }: Made, now: number): LogEntry => ({
  id: logId(now),
  environment: delivery.environment,
  at: new Date(now - ms).toISOString(),
  kind: 'webhook',
  request_id: delivery.id,
  name: delivery.type,
  provider: delivery.provider,
  integration: delivery.integration,
  connection: delivery.connection || undefined,
  connection_id: delivery.connection_id,
  status,
  code: codeOf({ status, failure }),
  attempt: delivery.attempts + 1,
  ms,
  sent_bytes: delivery.message ? new TextEncoder().encode(delivery.message.body).length : undefined,
})
