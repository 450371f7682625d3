import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { KEY } from './ask.ts'
import { freePort, ROOT, type Server, startServer } from './process.ts'

// The yardstick of the project's own machines; everybody else measures beside the handler in this folder.
const YARDSTICK = join(ROOT, '../shared/bench/baseline.mjs')

/** The provider and the hand-written handler over it: what the gateway is measured beside. */
export interface Yardstick {
  readonly name: string
  startUpstream(): Promise<Server>
  startHandler(upstream: Server): Promise<Server>
}

const portOf = ({ url }: Server): string => new URL(url).port

/** The yardstick that is at hand. */
export function yardstick(): Yardstick {
  const given = existsSync(YARDSTICK)
  const start = async (script: string, role: string[], more: string[] = []) => {
    const port = await freePort()
    return startServer(script, [...role, String(port), ...more], { port })
  }
  return given
    ? {
        name: 'baseline.mjs',
        startUpstream: () => start(YARDSTICK, ['upstream']),
        startHandler: upstream => start(YARDSTICK, ['handler'], [portOf(upstream)]),
      }
    : {
        name: 'bench/handler.ts',
        startUpstream: () => start('bench/upstream.ts', []),
        startHandler: upstream => start('bench/handler.ts', [], [portOf(upstream), KEY]),
      }
}
