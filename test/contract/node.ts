import { configure, startGateway } from '../../src/node.ts'
import type { EntryPoint } from './entry-point.ts'

/** The Node entry point in this process, its SQLite in `directory`, on any free port. */
export async function openNode(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<Pick<EntryPoint, 'fetch'> & { close(): Promise<void> }> {
  const configured = configure({ ...environment, KOINE_DATA: directory, PORT: '0' })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  const { url, close } = await startGateway(configured.config, () => {})
  return { fetch: (path, init) => fetch(url + path, init), close }
}
