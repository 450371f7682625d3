import type { Run } from '../store/index.ts'
import type { Json } from './sorted-json.ts'

/** A run that has ended. */
export interface RunEvent {
  readonly run: Run
  /** Where it is sent in place of the environment's `webhook_url`. */
  readonly webhook_url_override?: string | null | undefined
  /** `output`, or `error` with the problem; neither where it is too large. */
  readonly shown: { readonly [name: string]: Json }
}

/** The id that every delivery of a run's end carries, so that a receiver knows one that it was told twice. */
export const runDeliveryId = (id: string): string => `msg_${id.replaceAll('-', '')}`

/** The body of the webhook `async_action`: the members of the documented action API, and what came of the run. */
export const runBody = ({ id, connection_id, integration, state, name }: Run, shown: RunEvent['shown']) => ({
  from: 'nango',
  type: 'async_action',
  connectionId: connection_id,
  providerConfigKey: integration,
  payload: { id, statusUrl: `/action/${id}`, action: name, state, success: state === 'succeeded', ...shown },
})
