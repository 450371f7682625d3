import type { ObjectName } from './objects.ts'

export type FieldType =
  | 'id'
  | 'reference'
  | 'string'
  | 'textarea'
  | 'phone'
  | 'email'
  | 'url'
  | 'picklist'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'

export interface Field {
  name: string
  label: string
  type: FieldType
  /** Characters at most, of a text; 0 elsewhere. */
  length: number
  createable: boolean
  updateable: boolean
  nillable: boolean
  /** Filled in by Salesforce when a create leaves it out, so that it is not required though it is not nillable. */
  defaultedOnCreate: boolean
  filterable: boolean
  sortable: boolean
  /** Made by the customer, not by Salesforce. */
  custom: boolean
  options: readonly string[]
  /** Takes none but the options. */
  restricted: boolean
  referenceTo?: ObjectName
  /** What the object referred to is called in a path: `Account.Name`. */
  relationship?: string
}

export function field(name: string, label: string, type: FieldType, marks: Partial<Field> = {}): Field {
  return {
    name,
    label,
    type,
    length: 0,
    createable: true,
    updateable: true,
    nillable: true,
    defaultedOnCreate: false,
    filterable: true,
    sortable: true,
    custom: name.endsWith('__c'),
    options: [],
    restricted: false,
    ...marks,
  }
}

export const READ_ONLY = { createable: false, updateable: false }
export const REQUIRED = { nillable: false }

type Marks = Partial<Field>

export const text = (name: string, label: string, length: number, marks: Marks = {}): Field =>
  field(name, label, 'string', { length, ...marks })

export const phone = (name: string, label: string): Field => field(name, label, 'phone', { length: 40 })

/** A text too long for an index can be neither filtered nor sorted by. */
export const longText = (name: string, label: string): Field =>
  field(name, label, 'textarea', { length: 32_000, filterable: false, sortable: false })

export const picklist = (name: string, label: string, options: readonly string[], marks: Marks = {}): Field =>
  field(name, label, 'picklist', { length: 255, options, ...marks })

export const reference = (name: string, label: string, to: ObjectName, marks: Marks = {}): Field =>
  field(name, label, 'reference', { length: 18, referenceTo: to, ...marks })

/** Every record has an owner, the caller unless another is named. */
export const owner = (): Field =>
  reference('OwnerId', 'Owner ID', 'User', { relationship: 'Owner', nillable: false, defaultedOnCreate: true })

/** The five parts of an address: `address('Mailing')` has `MailingStreet` and so on. */
export const address = (kind: string): Field[] => [
  field(`${kind}Street`, `${kind} Street`, 'textarea', { length: 255 }),
  text(`${kind}City`, `${kind} City`, 40),
  text(`${kind}State`, `${kind} State/Province`, 80),
  text(`${kind}PostalCode`, `${kind} Zip/Postal Code`, 20),
  text(`${kind}Country`, `${kind} Country`, 80),
]

const SYSTEM = { ...READ_ONLY, nillable: false, defaultedOnCreate: true }

/** What every object has. */
export const system = (label: string): Field[] => [
  field('Id', `${label} ID`, 'id', { ...SYSTEM, length: 18 }),
  field('IsDeleted', 'Deleted', 'boolean', SYSTEM),
  field('CreatedDate', 'Created Date', 'datetime', SYSTEM),
  field('LastModifiedDate', 'Last Modified Date', 'datetime', SYSTEM),
  field('SystemModstamp', 'System Modstamp', 'datetime', SYSTEM),
]
