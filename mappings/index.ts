// Emitted by `npm run emit` from the folders beside it; do not edit.
export const files = {
  hubspot: {
    provider: () => import('./hubspot/provider.json', { with: { type: 'json' } }),
    models: {
      contacts: () => import('./hubspot/contacts.json', { with: { type: 'json' } }),
    },
  },
}
