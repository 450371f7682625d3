/** HubSpot's record, as far as it is read. */
export interface Theirs {
  readonly id: string
  readonly properties: Readonly<Record<string, string | null>>
  readonly createdAt: string
  readonly updatedAt: string
}

const texts = (pairs: Readonly<Record<string, string | null | undefined>>): Record<string, string> | undefined => {
  let out: Record<string, string> | undefined
  for (const name in pairs) {
    const value = pairs[name]
    if (!value) continue
    out ??= {}
    out[name] = value
  }
  return out
}

/** The contact of the unified model, as one would write it by hand for this provider alone. */
export function contactOf({ id, properties: p, createdAt, updatedAt }: Theirs): Record<string, unknown> {
  const address = texts({ street_1: p.address, city: p.city, state: p.state, postal_code: p.zip, country: p.country })
  const phones: Record<string, string>[] = []
  if (p.phone) phones.push({ number: p.phone })
  if (p.mobilephone) phones.push({ number: p.mobilephone, type: 'mobile' })
  if (p.fax) phones.push({ number: p.fax, type: 'fax' })
  return {
    id,
    first_name: p.firstname || undefined,
    last_name: p.lastname || undefined,
    name: [p.firstname, p.lastname].filter(Boolean).join(' ') || undefined,
    title: p.jobtitle || undefined,
    emails: p.email ? [{ email: p.email }] : undefined,
    phone_numbers: phones.length > 0 ? phones : undefined,
    addresses: address ? [address] : undefined,
    company_id: p.associatedcompanyid || undefined,
    company_name: p.company || undefined,
    owner_id: p.hubspot_owner_id || undefined,
    websites: p.website ? [{ url: p.website }] : undefined,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
