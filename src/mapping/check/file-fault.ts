/**
 * What found a fault. `names`: the file cannot be used; `idle`: a setting that does nothing; the others judge a file
 * that can be used.
 */
export type FaultKind =
  | 'names'
  | 'unwritten'
  | 'idle'
  | 'completeness'
  | 'sources'
  | 'format'
  | 'fixtures'
  | 'laws'
  | 'walk'
  | 'planted'

/** One fault of a file under `mappings/`. */
export interface FileFault {
  /** `hubspot/contacts.json` */
  readonly file: string
  /** JSON pointer in that file. */
  readonly pointer: string
  readonly message: string
  readonly kind: FaultKind
}

/** `hubspot/contacts.json#/fields/titel: no field "titel" in the model; did you mean "title"?` */
export const print = ({ file, pointer, message }: FileFault): string =>
  `${file}${pointer === '' ? '' : `#${pointer}`}: ${message}`
