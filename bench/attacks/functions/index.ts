// The product's index of mapping files, with an action function besides that makes every mistake.
import { files as own } from '../../../mappings/index.ts'

export const files = {
  ...own,
  hubspot: { ...own.hubspot, actions: { ...own.hubspot.actions, careless: () => import('./careless.ts') } },
}
