import type { Failure } from '../problem/index.ts'

/** One record of a request for several: its id, where it has one, and what the field table wrote. */
export interface BatchRecord {
  readonly id?: string | undefined
  readonly record?: Readonly<Record<string, unknown>> | undefined
}
/** What the answer says of one record: its id and what it holds of it, or why it was refused. */
export type BatchAnswer =
  | { readonly id: string | undefined; readonly record: Record<string, unknown> | undefined }
  | { readonly refused: Failure }

/** Name by which a record is told in the answer: its place, which no other record of the request has. */
export const keyOf = (place: number): string => String(place)

/** Ids that may stand in any list of ids, whatever separates them there. */
const PLAIN_ID = /^[\w.-]+$/
/** Whether an id may stand among others: one with a comma in it could name a record that nobody asked about. */
export const isPlainId = (id: string): boolean => PLAIN_ID.test(id)
