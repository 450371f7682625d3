import type { Bad, WriteVerb } from './row.ts'

/** One element of a list. */
export type Element = Record<string, unknown>

/** Whether a row of a list is written by a verb. */
export const canOf =
  (spec: { write?: false | undefined; create?: false | undefined; update?: false | undefined }) => (verb: WriteVerb) =>
    spec.write !== false && spec[verb] !== false
/** A member that cannot be read is a warning for its whole field. */
export const under =
  (field: string, bad: Bad): Bad =>
  (member, raw, why) =>
    bad(`${field}.${member}`, raw, why)
