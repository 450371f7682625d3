/** The seed of every property; another one is tried with `LAWS_SEED=7 npx vitest run test/laws`. */
export const SEED = Number(process.env.LAWS_SEED ?? 20260722)
/** Cases a law and mapping file. */
export const RUNS = Number(process.env.LAWS_RUNS ?? 60)
