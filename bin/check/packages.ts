import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Lets the hooks and actions of a folder outside the repository import `koine/hooks`, `nango` and the other packages of
 * the repository, as they will once the folder lies in it.
 */
export function findPackagesIn(root: string): void {
  const parentURL = pathToFileURL(join(root, 'package.json')).href
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        if (/^[./]|^\w+:/.test(specifier)) throw error
        return next(specifier, { ...context, parentURL })
      }
    },
  })
}
