import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configure, startGateway } from '../../src/node.ts'
import { settings } from '../contract/entry-point.ts'

/** The Node entry point on a free port, with the settings of the contract, over storage of its own that goes with it. */
export async function startNode(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'koine-node-'))
  const configured = configure({ ...settings, KOINE_RATE_LIMIT: '0', KOINE_DATA: directory, PORT: '0' })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  const gateway = await startGateway(configured.config, () => {})
  return {
    url: gateway.url,
    async close() {
      await gateway.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
