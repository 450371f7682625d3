// Preloaded (`node --import`) so that the Node entry point, unchanged, opens another index of mappings: the one that
// KOINE's own environment does not know, hence a variable without its prefix, `BENCH_INDEX`, a file URL. That index
// itself may import the product's.
import { registerHooks } from 'node:module'

const own = new URL('../mappings/index.ts', import.meta.url).href
const other = process.env.BENCH_INDEX

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return other !== undefined && found.url === own && context.parentURL !== other ? { ...found, url: other } : found
  },
})
