import type { ConnectStep } from '../connect/flow.ts'
import type { HttpServices } from '../context.ts'
import { failureMessage, type SocketMessage } from './socket-messages.ts'

/** What the client is told of a step; undefined where the person goes on in the window. */
function messageOf(step: ConnectStep): SocketMessage | undefined {
  if ('connected' in step) {
    const { provider_config_key, connection_id } = step.connected
    return { message_type: 'success', provider_config_key, connection_id, is_pending: false }
  }
  if ('failed' in step) return failureMessage(step.failed)
  if ('faults' in step)
    return failureMessage({
      code: 'connection_validation_failed',
      detail: step.faults.map(({ name, detail }) => `${name}: ${detail}`).join(' '),
    })
  return undefined
}

/** Says something to a browser client. It never rejects: what is stored counts, whoever hears of it. */
export async function sayToSocket(
  { sockets, log }: Pick<HttpServices, 'sockets' | 'log'>,
  id: string | undefined,
  message: SocketMessage,
): Promise<void> {
  if (id === undefined || !sockets) return
  await sockets.tell(id, message).catch((error: Error) => {
    log({ level: 'error', task: 'sign-in-socket', error: error.name })
  })
}

/** Tells a browser client what came of its sign-in, as it expects it. */
export async function tellSocket(
  services: Pick<HttpServices, 'sockets' | 'log'>,
  id: string | undefined,
  step: ConnectStep,
): Promise<void> {
  const message = messageOf(step)
  if (message) await sayToSocket(services, id, message)
}
