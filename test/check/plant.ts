// A folder with code of its own, for the rules that `npm run check` asks of code.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { checkCode } from '../../bin/check/code.ts'

/** Checks files by their paths (`src/http/a.ts`), beside providers of these ids. The folder is gone with the test. */
export function check(files: Readonly<Record<string, string>>, providers: readonly string[] = []): string[] {
  const root = mkdtempSync(join(tmpdir(), 'koine-check-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  mkdirSync(join(root, 'mappings'))
  mkdirSync(join(root, 'src'))
  for (const [path, content] of Object.entries(files)) write(path, content)
  for (const id of providers) write(`mappings/${id}/provider.json`, '{}')
  return checkCode(root)
}
