import type { Action } from 'nango'
import type { Catalogue } from '../mapping/catalogue.ts'
import { isObject } from '../mapping/path.ts'
import { type VerbAction, verbActions } from './verb-actions.ts'

/** What the name of an action stands for at a provider. */
export type Runnable =
  | { readonly kind: 'function'; readonly action: Action }
  | { readonly kind: 'verb'; readonly action: VerbAction }

const isAction = (exported: unknown): exported is Action =>
  isObject(exported) && exported.type === 'action' && typeof exported.exec === 'function'

/** Finds an action of a provider by its name; an action function goes before a verb of the same name. */
export async function findAction(catalogue: Catalogue, provider: string, name: string): Promise<Runnable | undefined> {
  const exported = await catalogue.action(provider, name)
  if (isAction(exported)) return { kind: 'function', action: exported }
  return findVerb(catalogue, provider, name)
}

/** Finds a verb of a provider by the name of its action, also where an action function has that name. */
export async function findVerb(catalogue: Catalogue, provider: string, name: string): Promise<Runnable | undefined> {
  const verb = verbActions().get(name)
  if (!verb || !catalogue.models(provider).includes(verb.model.name)) return undefined
  const mapping = await catalogue.mapping(provider, verb.model.name)
  const offered = verb.verb === 'list' ? mapping?.list !== undefined : mapping?.verbs[verb.verb] !== undefined
  return offered ? { kind: 'verb', action: verb } : undefined
}

/** Lists every action of a provider, in order of their names. */
export async function listActions(
  catalogue: Catalogue,
  provider: string,
): Promise<{ name: string; found: Runnable }[]> {
  const names = new Set([...catalogue.actions(provider), ...verbActions().keys()])
  const all = await Promise.all(
    [...names].map(async name => ({ name, found: await findAction(catalogue, provider, name) })),
  )
  return all.flatMap(({ name, found }) => (found ? [{ name, found }] : [])).sort((a, b) => (a.name < b.name ? -1 : 1))
}
