import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Output, pretty, ROOT } from './output.ts'

const FOLDER = 'openapi/connect/'
/** The files that the connect page loads. `connect.js` is loaded by others, by its plain name. */
const FILES = ['callback.js', 'page.css', 'page.js', 'waiting.js']

/** `openapi/connect/assets.json`: what the files of the connect page hash to, which is how the page names them. */
export async function connectAssets(): Promise<Output> {
  const hashes = FILES.map(async name => {
    const content = await readFile(new URL(FOLDER + name, ROOT))
    return [name, createHash('sha256').update(content).digest('hex')] as const
  })
  return { file: `${FOLDER}assets.json`, content: pretty(Object.fromEntries(await Promise.all(hashes))) }
}
