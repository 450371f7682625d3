import { CommandFault } from './command.ts'

/** What a command reads of an integration. */
export interface IntegrationAnswer {
  readonly unique_key: string
  readonly provider: string
  readonly display_name: string
}
export interface Answer {
  readonly status: number
  readonly body: unknown
}
/** Calls a gateway that runs somewhere, with a key. */
export interface Caller {
  call(method: string, path: string, body?: unknown): Promise<Answer>
  /** As `call`, but ends the command where it fails. */
  must<T>(method: string, path: string, body?: unknown): Promise<T>
}

/** Makes what calls a gateway; `host` has no slash at its end. */
export function callerOf(host: string, key: string): Caller {
  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    let text: string
    let response: Response
    try {
      response = await fetch(host + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      text = await response.text()
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } }
      throw new CommandFault(
        `No gateway answers at ${host} (${cause?.code ?? 'no connection'}): start one, or name it, --host.`,
      )
    }
    try {
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    } catch {
      throw new CommandFault(`What answers at ${host} is no gateway: ${method} ${path} is no JSON.`)
    }
  }
  return {
    call,
    async must<T>(method: string, path: string, body?: unknown) {
      const answer = await call(method, path, body)
      if (answer.status < 300) return answer.body as T
      const { detail = 'no reason given', code } = (answer.body ?? {}) as { detail?: string; code?: string }
      throw new CommandFault(`${method} ${path} answered ${answer.status}${code ? ` ${code}` : ''}: ${detail}`)
    },
  }
}
