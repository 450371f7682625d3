import { updating } from '../links.ts'

/** 1 is the association of a contact with its primary company. */
export default updating('contacts', [{ field: 'company_id', what: 'company', to: 'companies', typeId: 1 }])
