import type { Records, Stored } from './records.ts'

/** An opportunity has one primary contact at most: a role that becomes primary takes the place of the one before. */
export function settlePrimary(records: Records, role: Stored): void {
  if (role.values.IsPrimary !== true) return
  for (const other of records.rolesOf(String(role.values.OpportunityId)))
    if (other !== role && other.values.IsPrimary === true) records.change(other, { IsPrimary: false })
}

/** A create of an opportunity may name its contact, which becomes the primary role: the opportunity keeps no contact. */
export function addPrimary(records: Records, opportunity: Stored, contact: string): void {
  const values = { OpportunityId: opportunity.id, ContactId: contact, IsPrimary: true }
  settlePrimary(records, records.create('OpportunityContactRole', values))
}
