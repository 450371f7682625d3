import { accountFields } from './account-fields.ts'
import { contactFields } from './contact-fields.ts'
import type { Field } from './field.ts'
import { opportunityFields, roleFields } from './opportunity-fields.ts'
import { userFields } from './user-fields.ts'

export type ObjectName = 'Account' | 'Contact' | 'Opportunity' | 'OpportunityContactRole' | 'User'

interface ObjectFacts {
  label: string
  plural: string
  /** The first three characters of every id. */
  prefix: string
  writable: boolean
  fields: readonly Field[]
}

export const objects: Record<ObjectName, ObjectFacts> = {
  Account: { label: 'Account', plural: 'Accounts', prefix: '001', writable: true, fields: accountFields },
  Contact: { label: 'Contact', plural: 'Contacts', prefix: '003', writable: true, fields: contactFields },
  Opportunity: {
    label: 'Opportunity',
    plural: 'Opportunities',
    prefix: '006',
    writable: true,
    fields: opportunityFields,
  },
  OpportunityContactRole: {
    label: 'Opportunity Contact Role',
    plural: 'Opportunity Contact Role',
    prefix: '00K',
    writable: true,
    fields: roleFields,
  },
  User: { label: 'User', plural: 'Users', prefix: '005', writable: false, fields: userFields },
}

export const objectNames = Object.keys(objects) as ObjectName[]

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Names of objects, fields and relationships are taken in any case. */
export const findObject = (name: string): ObjectName | undefined => objectNames.find(known => same(known, name))

export const findField = (type: ObjectName, name: string): Field | undefined =>
  objects[type].fields.find(field => same(field.name, name))

/** The field that a relationship goes by: `Account` of a contact goes by `AccountId`. */
export const findRelationship = (type: ObjectName, name: string): Field | undefined =>
  objects[type].fields.find(field => field.relationship !== undefined && same(field.relationship, name))
