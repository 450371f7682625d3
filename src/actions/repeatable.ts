import type { Catalogue } from '../mapping/catalogue.ts'
import { findAction, findVerb } from './registry.ts'

/**
 * Whether an action may be carried out again when nobody knows how far it came: a verb that reads, a create that carries
 * a key its provider honours, or a function that declares `idempotent: true`.
 */
export async function isRepeatable(
  catalogue: Catalogue,
  provider: string,
  { name, isVerb }: { readonly name: string; readonly isVerb: boolean },
): Promise<boolean> {
  const found = await (isVerb ? findVerb : findAction)(catalogue, provider, name)
  if (found?.kind === 'function') return found.action.idempotent === true
  if (found === undefined) return false
  const { verb, model } = found.action
  if (verb === 'get' || verb === 'list') return true
  if (verb !== 'create') return false
  return (await catalogue.mapping(provider, model.name))?.verbs.create?.honoursKey === true
}
