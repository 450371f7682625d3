/** One fault of a file under `mappings/`. */
export interface FileFault {
  /** `hubspot/contacts.json` */
  readonly file: string
  /** JSON pointer in that file. */
  readonly pointer: string
  readonly message: string
}
/** `hubspot/contacts.json#/fields/titel: no field "titel" in the model; did you mean "title"?` */
export const print = ({ file, pointer, message }: FileFault): string => `${file}#${pointer}: ${message}`
