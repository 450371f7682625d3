// The product's index of mapping files, with action functions of HubSpot's besides that are there to be measured:
// `other-index.ts` puts it in the place of the product's own.
import { files as own } from '../../mappings/index.ts'

export const files = {
  ...own,
  hubspot: {
    ...own.hubspot,
    actions: {
      ...own.hubspot.actions,
      'no-op': () => import('./no-op.ts'),
      'no-op-alone': () => import('./no-op-alone.ts'),
      'read-contacts': () => import('./read-contacts.ts'),
    },
  },
}
