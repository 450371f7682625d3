// Emitted by `npm run emit` from the folders beside it; do not edit.
export const files = {
  attio: {
    provider: () => import('./attio/provider.json', { with: { type: 'json' } }),
    models: {
      companies: () => import('./attio/companies.json', { with: { type: 'json' } }),
      contacts: () => import('./attio/contacts.json', { with: { type: 'json' } }),
      deals: () => import('./attio/deals.json', { with: { type: 'json' } }),
    },
    actions: {
      'update-first': () => import('./attio/actions/update-first.ts'),
    },
  },
  github: {
    provider: () => import('./github/provider.json', { with: { type: 'json' } }),
    models: {
      tickets: () => import('./github/tickets.json', { with: { type: 'json' } }),
    },
    actions: {
      'create-issue': () => import('./github/actions/create-issue.ts'),
    },
  },
  hubspot: {
    provider: () => import('./hubspot/provider.json', { with: { type: 'json' } }),
    models: {
      companies: () => import('./hubspot/companies.json', { with: { type: 'json' } }),
      contacts: () => import('./hubspot/contacts.json', { with: { type: 'json' } }),
      deals: () => import('./hubspot/deals.json', { with: { type: 'json' } }),
    },
    actions: {
      'create-linked-deal': () => import('./hubspot/actions/create-linked-deal.ts'),
      'update-contact': () => import('./hubspot/actions/update-contact.ts'),
      'update-deal': () => import('./hubspot/actions/update-deal.ts'),
    },
  },
  pipedrive: {
    provider: () => import('./pipedrive/provider.json', { with: { type: 'json' } }),
    models: {
      companies: () => import('./pipedrive/companies.json', { with: { type: 'json' } }),
      contacts: () => import('./pipedrive/contacts.json', { with: { type: 'json' } }),
      deals: () => import('./pipedrive/deals.json', { with: { type: 'json' } }),
    },
    actions: {
      'find-deals-by-title': () => import('./pipedrive/actions/find-deals-by-title.ts'),
      'find-organizations-by-name': () => import('./pipedrive/actions/find-organizations-by-name.ts'),
      'find-persons-by-email': () => import('./pipedrive/actions/find-persons-by-email.ts'),
      'find-persons-by-name': () => import('./pipedrive/actions/find-persons-by-name.ts'),
    },
  },
  salesforce: {
    provider: () => import('./salesforce/provider.json', { with: { type: 'json' } }),
    models: {
      companies: () => import('./salesforce/companies.json', { with: { type: 'json' } }),
      contacts: () => import('./salesforce/contacts.json', { with: { type: 'json' } }),
      deals: () => import('./salesforce/deals.json', { with: { type: 'json' } }),
    },
  },
  stripe: {
    provider: () => import('./stripe/provider.json', { with: { type: 'json' } }),
    models: {
      contacts: () => import('./stripe/contacts.json', { with: { type: 'json' } }),
      invoices: () => import('./stripe/invoices.json', { with: { type: 'json' } }),
    },
    actions: {
      'create-invoice': () => import('./stripe/actions/create-invoice.ts'),
    },
  },
}
