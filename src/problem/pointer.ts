// JSON pointers (RFC 6901): where in a body or a file something stands.

/** One step further down: `down('/fields', 'a/b')` is `/fields/a~1b`. */
export const down = (pointer: string, key: PropertyKey): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** The pointer of a path from the root. */
export const pointerTo = (path: readonly PropertyKey[]): string => path.reduce<string>(down, '')

/** The keys that a pointer names, from the root. */
export const keysIn = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
