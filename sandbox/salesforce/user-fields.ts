import { type Field, field, picklist, READ_ONLY, system, text } from './field.ts'

const KEPT = { ...READ_ONLY, nillable: false }

/** Who may own a record: a working part, that can be read and not written. */
export const userFields: readonly Field[] = [
  ...system('User').filter(({ name }) => name !== 'IsDeleted'), // Users are never deleted, only made inactive.
  text('Username', 'Username', 80, KEPT),
  text('LastName', 'Last Name', 80, KEPT),
  text('FirstName', 'First Name', 40, READ_ONLY),
  text('Name', 'Full Name', 121, KEPT),
  field('Email', 'Email', 'email', { length: 128, ...KEPT }),
  field('IsActive', 'Active', 'boolean', { ...KEPT, defaultedOnCreate: true }),
  picklist('UserType', 'User Type', ['Standard'], { ...READ_ONLY, restricted: true }),
]
