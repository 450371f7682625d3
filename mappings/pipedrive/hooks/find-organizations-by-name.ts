import { searching } from '../search.ts'

export default searching({
  of: 'organizations',
  filter: 'name',
  field: 'name',
  narrowing: { owner_id: 'owner_id', updated_after: 'updated_since' },
})
