import { refuse } from './errors.ts'
import type { ObjectName } from './objects.ts'
import type { Records, Stored } from './records.ts'

/** What goes with a record, and by which field it belongs there. */
const CHILDREN: Partial<Record<ObjectName, readonly (readonly [ObjectName, string])[]>> = {
  Account: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
  ],
  Contact: [['OpportunityContactRole', 'ContactId']],
  Opportunity: [['OpportunityContactRole', 'OpportunityId']],
}

const childrenOf = (records: Records, record: Stored): Stored[] =>
  (CHILDREN[record.type] ?? []).flatMap(([type, by]) =>
    records.all(type).filter(child => child.values[by] === record.id),
  )

/** Deletes a record and what belongs to it; an account with a deal that was won stays. */
export function remove(records: Records, record: Stored): void {
  const children = childrenOf(records, record)
  const won = children.filter(child => child.type === 'Opportunity' && records.value(child, 'IsWon'))
  if (record.type === 'Account' && won.length > 0) {
    const names = won.map(child => child.values.Name).join(', ')
    const refused = `Your attempt to delete ${record.values.Name} could not be completed`
    const reason = 'because some opportunities in that account were closed won.'
    const list = 'The opportunities that were closed won are shown below.'
    refuse(400, 'DELETE_FAILED', `${refused} ${reason} ${list}: ${names}\n`, { fields: [] })
  }
  // Accounts below this one lose their parent.
  for (const child of records.all('Account'))
    if (child.values.ParentId === record.id) records.change(child, { ParentId: null })
  for (const child of children) if (!child.deleted) remove(records, child)
  records.remove(record)
}
