import { defineWriteHook, getter, type Hook, type HookContext, isNothing, parsePath } from 'koine/hooks'

/** A field of ours that HubSpot keeps as an association, which a change of properties cannot write. */
export interface Link {
  readonly field: string
  /** What it is called in a message: `company`. */
  readonly what: string
  readonly to: 'companies' | 'contacts'
  /** HubSpot's number for the association. */
  readonly typeId: number
  /**
   * Set where HubSpot marks none of several as the main one: the path of all of them in the record. A new one then
   * replaces the only one there is.
   */
  readonly among?: string
}

function refuseMany({ among, what }: Link, current: unknown, context: HookContext): void {
  if (among === undefined) return
  const all = getter(parsePath(among)!)(current)
  const ids = new Set(Array.isArray(all) ? all.map(one => String((one as { id: unknown }).id)) : [])
  if (ids.size > 1)
    context.fail(
      'conflict',
      `Nothing was written: the record has ${ids.size} ${what}s and none of them is the main one. Change them in HubSpot.`,
    )
}

/**
 * An update of properties and of associations: the properties that the table writes, if any, then each association
 * that changes, by specs/hubspot/associations.v4.json.
 */
export function updating(from: 'contacts' | 'deals', links: readonly Link[]): Hook {
  return defineWriteHook(async (context, { id = '', input, passThrough }) => {
    // A record that is not there fails here, before anything is written.
    const current = await context.request('get', { id })
    const before = context.read(current)
    const changed = links.filter(({ field }) => {
      const sent = input[field]
      return sent !== undefined && (isNothing(sent) ? before[field] !== undefined : sent !== before[field])
    })
    for (const link of changed) refuseMany(link, current, context)
    const pathOf = ({ to }: Link, other: unknown) =>
      `/crm/v4/objects/${from}/${context.segment(id)}/associations/${to}/${context.segment(String(other))}`
    // An id that makes no path is refused here too.
    for (const link of changed) if (!isNothing(input[link.field])) pathOf(link, input[link.field])

    const { body: record } = context.write(input, 'update', current)
    const written: string[] = []
    if (Object.keys(record).length > 0 || passThrough) {
      await context.request('update', { id, record, ...(passThrough && { passThrough }) })
      written.push('all fields but the links')
    }
    for (const link of changed) {
      const { field, what, typeId, among } = link
      const [was, wanted] = [before[field], input[field]]
      if (!isNothing(wanted)) {
        const body = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }]
        const path = pathOf(link, wanted)
        const doing = `linking the ${what} ${wanted}`
        await context.step({ done: written, doing }, () => context.send({ method: 'PUT', path, body }))
        written.push(`the link to the ${what} ${wanted}`)
      }
      if (was !== undefined && (isNothing(wanted) || among !== undefined)) {
        const path = pathOf(link, was)
        const doing = `unlinking the ${what} ${was}`
        await context.step({ done: written, doing }, () => context.send({ method: 'DELETE', path }))
        written.push(`the end of the link to the ${what} ${was}`)
      }
    }
    return { id }
  })
}
