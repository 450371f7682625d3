/** Records on the page that everything here reads. */
export const RECORDS = 100

/** A contact as HubSpot answers one: text properties, a few of them null, about 700 bytes of JSON. */
const record = (i: number) => ({
  id: String(51_000 + i),
  properties: {
    address: '10 Downing Street',
    associatedcompanyid: String(88_000 + i),
    city: 'London',
    company: 'Analytical Engines',
    country: 'United Kingdom',
    createdate: '2025-03-01T09:30:00.000Z',
    email: `grace.${i}@example.com`,
    fax: null,
    firstname: `Grace ${i}`,
    hs_object_id: String(51_000 + i),
    hubspot_owner_id: '4711',
    jobtitle: 'Rear admiral',
    lastmodifieddate: '2025-06-01T09:30:00.000Z',
    lastname: 'Hopper',
    mobilephone: '+447700900123',
    phone: '+442079460000',
    state: null,
    website: 'https://example.com/grace',
    zip: 'SW1A 2AA',
  },
  createdAt: '2025-03-01T09:30:00.000Z',
  updatedAt: '2025-06-01T09:30:00.000Z',
  archived: false,
})

/** The page as it comes over the wire; another follows it. */
export const page = JSON.stringify({
  results: Array.from({ length: RECORDS }, (_, i) => record(i)),
  paging: { next: { after: String(RECORDS), link: 'https://api.hubapi.com/crm/v3/objects/contacts?after=100' } },
})
