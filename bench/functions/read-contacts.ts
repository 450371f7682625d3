import { createAction } from 'nango'
import { z } from 'zod'
import { contactOf, type Theirs } from '../contact.ts'

const text = z.string().optional()
const contact = z.object({
  id: z.string(),
  first_name: text,
  last_name: text,
  name: text,
  title: text,
  emails: z.array(z.object({ email: z.string() })).optional(),
  phone_numbers: z.array(z.object({ number: z.string(), type: text })).optional(),
  addresses: z.array(z.record(z.string(), z.string())).optional(),
  company_id: text,
  company_name: text,
  owner_id: text,
  websites: z.array(z.object({ url: z.string() })).optional(),
  created_at: z.string(),
  updated_at: z.string(),
})

interface Page {
  readonly results: readonly Theirs[]
  readonly paging?: { readonly next?: { readonly after?: string } }
}

/** Reads a page of HubSpot's contacts, maps it by hand and answers it: what the hand-written handler does. */
export default createAction({
  description: 'Reads a page of contacts.',
  input: z.object({ limit: z.int().min(1).max(100) }),
  output: z.object({ data: z.array(contact), next_cursor: z.string().nullable() }),
  exec: async (nango, { limit }) => {
    const { data } = await nango.get<Page>({ endpoint: '/crm/v3/objects/contacts', params: { limit } })
    return {
      data: data.results.map(one => contactOf(one) as z.infer<typeof contact>),
      next_cursor: data.paging?.next?.after ?? null,
    }
  },
})
