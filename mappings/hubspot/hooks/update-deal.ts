import { updating } from '../links.ts'

/** 5 is the association of a deal with its primary company, 3 that with a contact, of which none is primary. */
export default updating('deals', [
  { field: 'company_id', what: 'company', to: 'companies', typeId: 5 },
  { field: 'contact_id', what: 'contact', to: 'contacts', typeId: 3, among: 'associations.contacts.results' },
])
