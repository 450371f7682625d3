import { notFound } from './errors.ts'
import { BORN, idOf, WORKSPACE } from './ids.ts'

export type ObjectSlug = 'people' | 'companies' | 'deals'

interface ObjectFacts {
  id: string
  singular: string
  plural: string
}

export const objects: Record<ObjectSlug, ObjectFacts> = {
  people: { id: idOf('object', 1), singular: 'Person', plural: 'People' },
  companies: { id: idOf('object', 2), singular: 'Company', plural: 'Companies' },
  deals: { id: idOf('object', 3), singular: 'Deal', plural: 'Deals' },
}

export const slugs = Object.keys(objects) as ObjectSlug[]

/** The object that a slug or an id names. */
export const findObject = (name: unknown): ObjectSlug | undefined =>
  slugs.find(slug => slug === name || objects[slug].id === name)

/** As `findObject`, refusing an unknown name with 404. */
export const readObjectSlug = (name: string): ObjectSlug => findObject(name) ?? notFound('Object with slug/ID', name)

/** specs/attio/openapi.json#/components/schemas/object */
export const describeObject = (slug: ObjectSlug) => ({
  id: { workspace_id: WORKSPACE, object_id: objects[slug].id },
  api_slug: slug,
  singular_noun: objects[slug].singular,
  plural_noun: objects[slug].plural,
  created_at: BORN,
})
