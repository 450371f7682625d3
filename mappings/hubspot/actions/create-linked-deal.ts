import { createAction, type ProxyError } from 'nango'
import { z } from 'zod'

const id = z.string().regex(/^\d+$/, 'Ids of HubSpot are digits.')
const input = z.strictObject({
  name: z.string().trim().min(1).describe('Name of the deal.'),
  stage_id: z.string().min(1).describe('Id of its stage in the pipeline.'),
  pipeline_id: z.string().min(1).optional().describe('Id of its pipeline; the default one when left out.'),
  amount: z.number().optional().describe('Value of the deal.'),
  close_date: z.iso.date().optional().describe('Day on which it should be closed.'),
  owner_id: id.optional().describe('Id of the user who owns it.'),
  contact_id: id.describe('Id of the contact to link it to.'),
  company_id: id.describe('Id of the company to link it to.'),
})
const output = z.object({ id: z.string(), contact_id: z.string(), company_id: z.string() })

const messageOf = (error: unknown): string | undefined => {
  const said = ((error as Partial<ProxyError>).response?.data as { message?: unknown } | undefined)?.message
  return typeof said === 'string' ? said : error instanceof Error ? error.message : undefined
}

/**
 * Makes a deal and links it to a contact and to a company, in three requests: the deal, and the most generic
 * association of each, which HubSpot chooses itself (its own numbers of association types are not needed). When a link
 * fails, the deal is archived again, and the failure says so; if that fails too, it names the deal that is left.
 *
 * `create-deal` with `contact_id` and `company_id` makes deal and links at once, by HubSpot's default types.
 */
export default createAction({
  description: 'Makes a deal linked to a contact and a company, or nothing: what fails halfway is undone, or reported.',
  version: '1.0.0',
  input,
  output,
  scopes: ['crm.objects.deals.write', 'crm.objects.contacts.write', 'crm.objects.companies.write'],
  exec: async (nango, { contact_id, company_id, ...deal }) => {
    const { data: made } = await nango.post<{ id: string }>({
      endpoint: '/crm/v3/objects/deals',
      data: {
        properties: {
          dealname: deal.name,
          dealstage: deal.stage_id,
          ...(deal.pipeline_id !== undefined && { pipeline: deal.pipeline_id }),
          ...(deal.amount !== undefined && { amount: String(deal.amount) }),
          ...(deal.close_date !== undefined && { closedate: `${deal.close_date}T00:00:00Z` }),
          ...(deal.owner_id !== undefined && { hubspot_owner_id: deal.owner_id }),
        },
      },
    })
    const at = encodeURIComponent(made.id)
    const done = [`deal ${made.id}`]
    for (const [what, to, other] of [
      ['contact', 'contacts', contact_id],
      ['company', 'companies', company_id],
    ] as const)
      try {
        await nango.put({
          endpoint: `/crm/v4/objects/deals/${at}/associations/default/${to}/${encodeURIComponent(other)}`,
        })
        done.push(`its link to the ${what} ${other}`)
      } catch (error) {
        const reason = messageOf(error)
        const undone = await nango.delete({ endpoint: `/crm/v3/objects/deals/${at}`, retries: 2 }).then(
          () => true,
          () => false,
        )
        throw new nango.ActionError({
          message: `The deal could not be linked to the ${what} ${other}${reason ? ` (${reason})` : ''}. ${
            undone ? 'It was archived again.' : `The deal ${made.id} is left at HubSpot: archive it there.`
          }`,
          failed: `/${what}_id`,
          done,
          undone,
          ...(!undone && { deal_id: made.id }),
          upstream: { status: (error as Partial<ProxyError>).response?.status ?? null },
        })
      }
    return { id: made.id, contact_id, company_id }
  },
})
