import { invalid } from './errors.ts'

export type ObjectType = 'contacts' | 'companies' | 'deals'

interface TypeFacts {
  /** HubSpot's number for the type, which its paths take as well as the name. */
  id: string
  singular: string
  /** The property that carries the time of the last change. */
  modified: string
  /** What comes back when no `properties` are asked for, beside the id and the two times. */
  defaults: readonly string[]
}

/** Defaults per type: the recorded reads of contacts, companies and deals, and HubSpot's object guides. */
export const types: Record<ObjectType, TypeFacts> = {
  contacts: {
    id: '0-1',
    singular: 'contact',
    modified: 'lastmodifieddate',
    defaults: ['email', 'firstname', 'lastname'],
  },
  companies: { id: '0-2', singular: 'company', modified: 'hs_lastmodifieddate', defaults: ['domain', 'name'] },
  deals: {
    id: '0-3',
    singular: 'deal',
    modified: 'hs_lastmodifieddate',
    defaults: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
  },
}

const names = new Map<string, ObjectType>()
for (const type of Object.keys(types) as ObjectType[])
  for (const name of [type, types[type].singular, types[type].id]) names.set(name, type)

/** The type that a path segment names (`deals`, `deal` or `0-3`), or nothing for a type that is not kept here. */
export const findType = (name: string): ObjectType | undefined => names.get(name)

/** As `findType`, refusing an unknown name with 400. */
export const readType = (name: string): ObjectType =>
  findType(name) ?? invalid(`Unable to infer object type from: ${name}`)
