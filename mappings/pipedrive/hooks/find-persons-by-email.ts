import { searching } from '../search.ts'

export default searching({
  of: 'persons',
  filter: 'email',
  field: 'email',
  narrowing: { company_id: 'org_id', owner_id: 'owner_id', updated_after: 'updated_since' },
})
