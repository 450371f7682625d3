import { Hono } from 'hono'
import { owners } from '../people.ts'
import { refuse } from './errors.ts'
import { readId } from './query.ts'

export const userId = (key: number): number => 20_000_000 + key

/** The user whose token is let in: owns whatever is made without an owner. */
export const SELF = userId(1)

/** specs/pipedrive/v1.yaml#/paths/~1users/get, with times in v1's spelling, as recorded. */
const users = owners.map(owner => ({
  id: userId(owner.key),
  name: `${owner.first_name} ${owner.last_name}`,
  email: owner.email,
  lang: 1,
  locale: 'en_US',
  timezone_name: 'Europe/London',
  timezone_offset: '+00:00',
  default_currency: 'USD',
  icon_url: null,
  phone: null,
  activated: true,
  active_flag: true,
  is_deleted: false,
  is_you: userId(owner.key) === SELF,
  has_created_company: userId(owner.key) === SELF,
  role_id: 1,
  access: [
    {
      app: 'sales',
      admin: userId(owner.key) === SELF,
      permission_set_id: `5a4d0b0${owner.key}-0000-4000-8000-000000000000`,
    },
  ],
  created: '2024-11-01 09:00:00',
  modified: '2024-11-01 09:00:00',
  last_login: '2024-11-01 09:00:00',
}))

export const isUser = (id: number): boolean => users.some(user => user.id === id)

/** `GET /v1/users` and `/{id}`, which have no twin in v2. */
export function usersV1(): Hono {
  return new Hono()
    .get('/users', c => c.json({ success: true, data: users }))
    .get('/users/:id', c => {
      const id = readId(c)
      const user = users.find(found => found.id === id) ?? refuse(404, 'User not found or not accessible.')
      return c.json({ success: true, data: user })
    })
}
