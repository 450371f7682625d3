import { type DescribedAction, describeAction } from '../../actions/describe-action.ts'
import { listActions } from '../../actions/registry.ts'
import type { HttpServices } from '../context.ts'

/** Every action of a provider, by name, with its schemas. */
export async function describedActions(
  { catalogue }: Pick<HttpServices, 'catalogue'>,
  provider: string,
): Promise<DescribedAction[]> {
  return (await listActions(catalogue, provider)).map(({ name, found }) => describeAction(name, found))
}
