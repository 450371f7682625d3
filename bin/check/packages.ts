import { registerHooks } from 'node:module'

/**
 * Lets the hooks and actions of a folder outside the repository import `koine/hooks`, `nango` and the other packages of
 * the repository, as they will once the folder lies in it.
 */
export function findPackagesIn(root: string): void {
  const parentURL = new URL('package.json', `file://${root}`).href
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
