import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configure, type Server, startGateway } from '../../src/node.ts'

/** A real gateway on a free port, over storage of its own that goes with it. */
export async function startAlone(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'koine-docs-'))
  const configured = configure({ KOINE_DATA: directory, PORT: '0' })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  const gateway = await startGateway(configured.config, () => {})
  return {
    ...gateway,
    async close() {
      await gateway.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
