import { files } from '../../mappings/index.ts'
import { readConfig } from '../config.ts'
import { type Gateway, openGateway } from '../gateway.ts'
import { isSocketId } from '../http/sign-in/socket-messages.ts'
import { fetchSender } from '../provider/senders/fetch.ts'
import type { StaticFile } from '../services.ts'
import { openD1 } from '../store/d1.ts'
import type { Bindings } from './bindings.ts'
import { eraseQueues, remoteRuns } from './remote-runs.ts'

/** One line of a Worker's log. */
export const log = (entry: Readonly<Record<string, unknown>>): void => {
  // biome-ignore lint/suspicious/noConsole: the standard output of a Worker
  console.log(JSON.stringify(entry))
}
const settingsOf = (bindings: Bindings): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(bindings).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

/** A static file, by the binding: it answers what the caller has already, and Cloudflare compresses what leaves. */
async function assetOf({ ASSETS }: Bindings, path: string, asked: Headers): Promise<StaticFile | undefined> {
  const known = asked.get('if-none-match')
  const request = new Request(`https://assets.invalid${path}`, {
    headers: known === null ? {} : { 'if-none-match': known },
  })
  const { status, headers, body } = await ASSETS.fetch(request)
  if (status !== 200 && status !== 304) return undefined
  const etag = headers.get('etag')
  return { status, body: status === 304 ? null : body, headers: { vary: 'accept-encoding', ...(etag && { etag }) } }
}

let opened: Gateway | undefined
/** The gateway of this isolate, made with its first request; or what is wrong with its settings. */
export function open(bindings: Bindings): Gateway | { faults: string[] } {
  if (opened) return opened
  const settings = settingsOf(bindings)
  // A Worker has no other sign of development: nobody lets a deployed one reach private hosts.
  const read = readConfig(settings, { production: settings.KOINE_ALLOW_PRIVATE_HOSTS !== '1' })
  if (!read.ok) return { faults: read.faults }
  opened = openGateway(read.config, files, {
    driver: openD1(bindings.DB),
    sender: fetchSender((input, init) => fetch(input, init)),
    now: Date.now,
    asset: (path, asked) => assetOf(bindings, path, asked),
    log,
    sockets: {
      // Any other text would make an object of that name.
      tell: async (id, message) => {
        if (isSocketId(id)) await bindings.SIGN_IN_SOCKETS.getByName(id).tell(message)
      },
    },
    runsElsewhere: { runs: store => remoteRuns(bindings, store), erase: eraseQueues(bindings) },
    renewElsewhere: wanted => bindings.TOKEN_REFRESHER.getByName(wanted.uuid).renew(wanted),
  })
  return opened
}
