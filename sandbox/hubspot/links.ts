import type { ObjectType } from './types.ts'

export interface End {
  type: ObjectType
  id: string
}

export interface Kind {
  typeId: number
  /** The type number of the same association seen from the other end. */
  reverse: number
  from: ObjectType
  to: ObjectType
  /** How `?associations=` names it. */
  name: string
  label: string | null
}

const pair = (
  typeId: number,
  reverse: number,
  from: ObjectType,
  to: ObjectType,
  names: [string, string],
  label: string | null,
): Kind[] => [
  { typeId, reverse, from, to, name: names[0], label },
  { typeId: reverse, reverse: typeId, from: to, to: from, name: names[1], label },
]

/** HubSpot's own association types, by the numbers of its associations v4 guide. */
export const kinds: readonly Kind[] = [
  ...pair(1, 2, 'contacts', 'companies', ['contact_to_company', 'company_to_contact'], 'Primary'),
  ...pair(279, 280, 'contacts', 'companies', ['contact_to_company_unlabeled', 'company_to_contact_unlabeled'], null),
  ...pair(5, 6, 'deals', 'companies', ['deal_to_company', 'company_to_deal'], 'Primary'),
  ...pair(341, 342, 'deals', 'companies', ['deal_to_company_unlabeled', 'company_to_deal_unlabeled'], null),
  ...pair(3, 4, 'deals', 'contacts', ['deal_to_contact', 'contact_to_deal'], null),
]

export const findKind = (typeId: number): Kind | undefined => kinds.find(kind => kind.typeId === typeId)

const kindOf = (from: ObjectType, to: ObjectType, label: string | null): Kind | undefined =>
  kinds.find(kind => kind.from === from && kind.to === to && kind.label === label)

/** The most generic association between two types, which `…/associations/default/…` makes. */
export const defaultKind = (from: ObjectType, to: ObjectType): Kind | undefined => kindOf(from, to, null)

const keyOf = (end: End): string => `${end.type}/${end.id}`

/** Who is associated with whom; every association is held from both of its ends. */
export class Links {
  readonly #from = new Map<string, Map<string, { end: End; typeIds: Set<number> }>>()

  /** What `from` is associated with among `to`, and as what, in order of id. */
  of(from: End, to: ObjectType): { id: string; kinds: Kind[] }[] {
    return [...(this.#from.get(keyOf(from))?.values() ?? [])]
      .filter(({ end }) => end.type === to)
      .map(({ end, typeIds }) => ({ id: end.id, kinds: kinds.filter(kind => typeIds.has(kind.typeId)) }))
      .sort((a, b) => Number(a.id) - Number(b.id))
  }

  /** The id of the primary company of a contact or deal. */
  primary(from: End): string | null {
    return this.of(from, 'companies').find(link => link.kinds.some(kind => kind.label === 'Primary'))?.id ?? null
  }

  /**
   * Associates two records. A record has one primary company: the first company becomes it, a later one takes the
   * place over only when associated as such, and the earlier stays associated without a label.
   */
  add(from: End, to: End, kind: Kind): void {
    if (kind.from === 'companies') this.#add(to, from, findKind(kind.reverse)!)
    else this.#add(from, to, kind)
  }

  /** `add`, with the company, if there is one, at the far end. */
  #add(from: End, to: End, kind: Kind): void {
    const plain = defaultKind(kind.from, kind.to)!
    this.#set(from, to, plain)
    const primary = kindOf(kind.from, kind.to, 'Primary')
    if (primary === undefined) return
    const current = this.primary(from)
    if (current !== null && kind.label !== 'Primary') return
    if (current !== null) this.#unset(from, { type: 'companies', id: current }, primary)
    this.#set(from, to, primary)
  }

  /** Ends every association between two records. */
  remove(from: End, to: End): void {
    this.#from.get(keyOf(from))?.delete(keyOf(to))
    this.#from.get(keyOf(to))?.delete(keyOf(from))
  }

  /** Ends every association of a record. */
  drop(end: End): void {
    for (const other of [...(this.#from.get(keyOf(end))?.values() ?? [])]) this.remove(end, other.end)
  }

  #set(from: End, to: End, kind: Kind): void {
    this.#typeIds(from, to).add(kind.typeId)
    this.#typeIds(to, from).add(kind.reverse)
  }

  #unset(from: End, to: End, kind: Kind): void {
    this.#typeIds(from, to).delete(kind.typeId)
    this.#typeIds(to, from).delete(kind.reverse)
  }

  #typeIds(from: End, to: End): Set<number> {
    const links = this.#from.get(keyOf(from)) ?? new Map()
    this.#from.set(keyOf(from), links)
    const link = links.get(keyOf(to)) ?? { end: to, typeIds: new Set<number>() }
    links.set(keyOf(to), link)
    return link.typeIds
  }
}
