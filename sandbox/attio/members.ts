import { Hono } from 'hono'
import { type Owner, owners } from '../people.ts'
import { notFound } from './errors.ts'
import { BORN, idOf, WORKSPACE } from './ids.ts'

export const memberId = (key: number): string => idOf('member', key)

/** specs/attio/openapi.json#/components/schemas/workspace-member */
const all = owners.map(({ key, first_name, last_name, email }: Owner) => ({
  id: { workspace_id: WORKSPACE, workspace_member_id: memberId(key) },
  first_name,
  last_name,
  avatar_url: null,
  email_address: email,
  access_level: key === 1 ? 'admin' : 'member',
  created_at: BORN,
}))

/** The id of the member that an id or an e-mail address names. */
export const findMember = (name: string): string | undefined =>
  all.find(({ id, email_address }) => id.workspace_member_id === name || email_address === name.toLowerCase())?.id
    .workspace_member_id

/** `GET /v2/workspace_members` and `/{id}`: specs/attio/openapi.json#/paths/~1v2~1workspace_members */
export function members(): Hono {
  return new Hono()
    .get('/', c => c.json({ data: all }))
    .get('/:id', c => {
      const id = c.req.param('id')
      const data = all.find(member => member.id.workspace_member_id === id)
      return c.json({ data: data ?? notFound('Workspace member with ID', id) })
    })
}
