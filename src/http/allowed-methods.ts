import { TrieRouter } from 'hono/router/trie-router'
import type { App } from './context.ts'

/**
 * A function that answers the methods that an app serves at a path, for the header `Allow`; an empty list where it
 * serves nothing. It reads the app's routes at its first call, when all of them are registered.
 */
export function allowedMethods(app: App): (path: string) => string[] {
  let router: TrieRouter<string> | undefined
  return path => {
    if (!router) {
      router = new TrieRouter()
      for (const route of app.routes) if (route.method !== 'ALL') router.add('ALL', route.path, route.method)
    }
    const found = new Set(router.match('ALL', path)[0].map(([method]) => method))
    if (found.has('GET')) found.add('HEAD')
    return [...found].sort()
  }
}
