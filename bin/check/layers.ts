/**
 * The folders and files of `src/` from top to bottom. Each may import what stands in a row below its own, and itself.
 * A new folder takes a place here.
 */
export const LAYERS: readonly (readonly string[])[] = [
  ['node.ts', 'worker.ts', 'nango/testing'],
  ['node-settings.ts', 'node-faults.ts', 'node', 'edge'],
  ['gateway.ts'],
  ['app.ts'],
  ['http'],
  ['runs'],
  ['actions'],
  ['records'],
  ['backends', 'hooks'],
  ['credentials'],
  ['webhooks'],
  ['mapping'],
  ['provider'],
  ['models', 'problem', 'store', 'config.ts', 'version.ts', 'services.ts', 'nango'],
]

/** Those that may import less than what is below them: what they may import at all. */
export const ONLY: Readonly<Record<string, readonly string[]>> = {
  // What a hook imports as `koine/hooks` must stay small enough to be a package of its own.
  hooks: ['mapping', 'problem'],
  store: ['services.ts', 'problem'],
  // The package `nango`: what an action function imports must not bring the gateway along.
  nango: [],
  'services.ts': [],
  'version.ts': [],
}

/** Packages that are folders of `src/`, by the names under which they are imported. */
export const PACKAGES: Readonly<Record<string, string>> = {
  nango: 'src/nango/index.ts',
  'nango/testing': 'src/nango/testing/index.ts',
  'koine/hooks': 'src/hooks/index.ts',
}

const names = new Set(LAYERS.flat())

/** Which part of the layers a file belongs to: `http` for `src/http/records/routes.ts`; undefined outside of them all. */
export function partOf(path: string): string | undefined {
  const [, ...below] = path.split('/')
  const two = below.slice(0, 2).join('/')
  if (names.has(two)) return two
  return names.has(below[0] ?? '') ? below[0] : undefined
}

const rowOf = (part: string): number => LAYERS.findIndex(row => row.includes(part))

/** Why a file of one part may not import one of another, or undefined where it may. */
export function whyNot(importer: string, imported: string): string | undefined {
  if (importer === imported) return undefined
  const only = ONLY[importer]
  if (only) {
    if (only.includes(imported)) return undefined
    return only.length === 0 ? 'it may import nothing of src/' : `it may import only ${only.join(' and ')}`
  }
  const [from, to] = [rowOf(importer), rowOf(imported)]
  if (to > from) return undefined
  // Those of the last row stand beside each other; that they make no circle is looked at for all folders at once.
  if (to === from && from === LAYERS.length - 1) return undefined
  return to === from ? 'they stand beside each other' : `${imported} is above ${importer}`
}
