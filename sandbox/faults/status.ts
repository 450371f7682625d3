import type { Reason } from './dialect.ts'
import { deliver, type Fault, json, type Reply, type Victim } from './inflict.ts'

/** Answers so in place of the sandbox, which never sees the request. */
const instead =
  (reply: (victim: Victim) => Reply): Fault =>
  victim =>
    deliver(victim, reply(victim))

const refusing =
  (reason: Reason, headers: (victim: Victim) => Readonly<Record<string, string>> = () => ({})) =>
  (victim: Victim): Reply => {
    const said = victim.dialect.refusal(reason)
    return json(said.status, said.body, { ...said.headers, ...headers(victim) })
  }

const page = (status: number, title: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: Buffer.from(`<!doctype html><html><head><title>${title}</title></head><body>${title}</body></html>`),
})

/** Seconds of a pause that is asked for without a number; more than anybody waits for. */
const PAUSE = 30

/** Answers of a provider, or of what stands before it, that carry nothing out. */
export const statuses: Readonly<Record<string, Fault>> = {
  'rate-limited': instead(refusing('hasty')),
  'rate-limited-seconds': instead(refusing('hasty', ({ argument = PAUSE }) => ({ 'retry-after': String(argument) }))),
  'rate-limited-date': instead(
    refusing('hasty', ({ argument = PAUSE }) => ({
      'retry-after': new Date(Date.now() + argument * 1000).toUTCString(),
    })),
  ),
  'rate-limited-budget': instead(refusing('hasty', ({ argument = PAUSE, dialect }) => dialect.spent(argument))),
  'server-error': instead(refusing('failed')),
  'bad-gateway': instead(() => page(502, 'Bad Gateway')),
  html: instead(() => page(200, 'Please sign in')),
  'refused-200': instead(victim => {
    const { refusalIn200, refusal } = victim.dialect
    const { body, headers } = refusalIn200 ?? refusal('refused')
    return json(200, body, headers)
  }),
  // 307 keeps method and body: whoever follows it hands both, and perhaps the token, to another host.
  redirect: instead(({ elsewhere, target }) => ({
    status: 307,
    headers: { location: elsewhere + target },
    body: Buffer.alloc(0),
  })),
}
