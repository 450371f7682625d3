// How a provider says no, by the failures of its specification.
import type { ProviderFile } from '../../../src/mapping/schema/index.ts'
import type { Collection } from './collection.ts'
import { nodesOf } from './shape.ts'
import type { Content, Specification } from './specification.ts'
import { plain } from './words.ts'

const MESSAGES =
  'message errormessage errordescription errorinfo errorsmessage detail description errordetail title error reason'
const CODES = 'code errorcode errorscode errorsubcode errortype type category name'

export interface Failures {
  readonly errors: ProviderFile['errors']
  /** By status: what it answers with the first failure of that status. */
  readonly byStatus: ReadonlyMap<string, Content>
}

/** The paths of the texts of an answer, also of the first element of a list, those least deep first. */
function textsIn(spec: Specification, schema: unknown): string[] {
  const nodes = nodesOf(spec, schema, 2)
  const inLists = nodes.flatMap(({ path, shape }) =>
    shape.type === 'array'
      ? nodesOf(spec, shape.items, 1).map(inner => ({ ...inner, path: `${path}.0.${inner.path}` }))
      : [],
  )
  return [...nodes, ...inLists]
    .filter(({ shape }) => shape.type === 'string' || shape.type === 'integer')
    .map(({ path }) => path)
    .sort((a, b) => a.split('.').length - b.split('.').length)
}

/** Finds where the failures of all verbs say what went wrong, and what they call it. */
export function findFailures(collections: readonly Collection[]): Failures {
  const byStatus = new Map<string, Content>()
  const texts: string[] = []
  for (const { list, on, onItem, spec } of collections)
    for (const operation of [onItem.get, list, on.post, onItem.patch, onItem.put])
      for (const [status, { content }] of Object.entries(operation?.responses ?? {})) {
        if (!/^([45]|default)/i.test(status) || !content) continue
        if (!byStatus.has(status)) byStatus.set(status, content)
        texts.push(...textsIn(spec, content.schema))
      }
  const nameOf = (path: string) => plain(path.replaceAll('.0.', '.'))
  const lastOf = (path: string) => plain(path.split('.').at(-1)!)
  const find = (words: string): string | undefined => {
    for (const name of [nameOf, lastOf])
      for (const word of words.split(' ')) {
        const found = texts.find(path => name(path) === word)
        if (found !== undefined) return found
      }
    return undefined
  }
  const message = find(MESSAGES)
  const code = find(CODES)
  const errors = { ...(message !== undefined && { message }), ...(code !== undefined && { code }) }
  return { errors: Object.keys(errors).length > 0 ? errors : undefined, byStatus }
}
