import { Hono } from 'hono'
import { owners as people } from '../people.ts'
import { invalid, notFound } from './errors.ts'
import { pageAfter, readLimit } from './paging.ts'

export const ownerId = (key: number): string => String(70 + key)

const BORN = '2024-11-01T09:00:00Z'

/** specs/hubspot/crm-crmOwners.v3.json#/components/schemas/PublicOwner */
const all = people.map(person => ({
  id: ownerId(person.key),
  email: person.email,
  type: 'PERSON',
  firstName: person.first_name,
  lastName: person.last_name,
  // A different number from the id: the two are easily mixed up, and HubSpot looks owners up by either.
  userId: 700 + person.key,
  userIdIncludingInactive: 700 + person.key,
  createdAt: BORN,
  updatedAt: BORN,
  archived: false,
}))

export const isOwner = (id: string): boolean => all.some(owner => owner.id === id)

/** `GET /crm/v3/owners` and `/{ownerId}`: specs/hubspot/crm-crmOwners.v3.json#/paths */
export function owners(pageMax: number): Hono {
  return new Hono()
    .get('/', c => {
      const email = c.req.query('email')?.toLowerCase()
      const asked = c.req.query('archived') === 'true' ? [] : all
      const found = email === undefined ? asked : asked.filter(owner => owner.email === email)
      const limit = Math.min(readLimit(c.req.query('limit'), 100, 500), pageMax)
      return c.json(pageAfter(c, found, owner => owner.id, limit))
    })
    .get('/:id', c => {
      const by = c.req.query('idProperty') ?? 'id'
      if (by !== 'id' && by !== 'userId') return invalid('idProperty must be id or userId')
      return c.json(all.find(owner => String(owner[by]) === c.req.param('id')) ?? notFound())
    })
}
