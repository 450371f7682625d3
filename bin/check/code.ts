import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { providersIn } from '../../src/mapping/check/folder.ts'
import { models, reserved } from '../../src/models/index.ts'

const sources = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))

/** Files that may call `fetch`: the entry points and the provider client. */
const mayFetch = /^src\/(provider\/|worker\.ts$|node\.ts$)/

/**
 * The code's own rules: no provider's id is a string under `src/` (a provider is data), nothing but the doors and the
 * transport calls `fetch`, no code is made from text, and no model has a reserved name.
 */
export function checkCode(root: string): string[] {
  const ids = providersIn(join(root, 'mappings')).map(id => id.replace(/[^\w-]/g, ''))
  const isId = new RegExp(`(['"\`])(${ids.join('|')})\\1`)
  const faults = Object.keys(models).flatMap(name =>
    reserved.includes(name) ? [`src/models: "${name}" is a reserved name`] : [],
  )
  for (const path of sources(join(root, 'src'))) {
    const file = relative(root, path)
    for (const [i, line] of readFileSync(path, 'utf8').split('\n').entries()) {
      if (/^\s*(\/\/|\*|\/\*)/.test(line)) continue
      const at = `${file}:${i + 1}`
      if (ids.length > 0 && isId.test(line)) faults.push(`${at}: a provider's id as a string; a provider is data`)
      // A call, not a method of that name being declared (`fetch(id: string)`) or called on something else.
      if (/(?<![.\w])fetch\((?!\w+\??:)/.test(line) && !mayFetch.test(file))
        faults.push(`${at}: only the transport and the doors call fetch`)
      if (/\beval\(|new Function\(/.test(line)) faults.push(`${at}: code is made from text`)
    }
  }
  return faults
}
