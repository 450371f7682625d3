import { searching } from '../search.ts'

export default searching({
  of: 'deals',
  filter: 'name',
  field: 'title',
  narrowing: {
    status: 'status',
    company_id: 'org_id',
    contact_id: 'person_id',
    owner_id: 'owner_id',
    stage_id: 'stage_id',
    pipeline_id: 'pipeline_id',
    updated_after: 'updated_since',
  },
})
