// `provider.json` by a specification: address, questions, headers, sign-in, how it says no.
import type { ProviderFile } from '../../../src/mapping/schema/index.ts'
import type { Model } from '../../../src/models/index.ts'
import { TODO } from '../../check/unwritten.ts'
import { exampleAnswer, findAddress, labelOf, type Questions } from './address.ts'
import type { Collection } from './collection.ts'
import { findFailures } from './failures.ts'
import type { ModelPart } from './model-part.ts'
import { connectionName, connectionParameters } from './requests.ts'
import { shapeOf } from './shape.ts'
import { findAuth, type Way } from './sign-in.ts'
import { type Content, dereference, type Specification, sourceAt } from './specification.ts'
import { plain } from './words.ts'

export interface ProviderPart {
  readonly file: ProviderFile
  /** The answers that fixtures have to the provider's questions. */
  readonly connection: Readonly<Record<string, string>>
  /** What it answers when it says no, by status. */
  readonly failures: ReadonlyMap<string, Content>
  /** Whether the specification names a server. */
  readonly isKnown: boolean
  readonly open: readonly string[]
}
/** Headers that the gateway itself sets. */
const OURS = ['accept', 'authorization', 'content-type', 'idempotency-key']

/** The headers that every request wants, with a value of the specification's or one that a connection is asked for. */
function findHeaders(collections: readonly Collection[]): { headers: Record<string, string>; questions: Questions } {
  const headers: Record<string, string> = {}
  const questions: Questions = {}
  for (const { list, on, onItem, spec } of collections)
    for (const { name: given, in: place, isRequired, schema } of [list, on.post, onItem.get].flatMap(
      operation => operation?.parameters ?? [],
    )) {
      const name = given.toLowerCase()
      if (place !== 'header' || OURS.includes(name) || !(isRequired || name.includes('version'))) continue
      const shape = shapeOf(spec, schema)
      const value = shape.example ?? shape.default ?? (shape.values.length === 1 ? shape.values[0] : undefined)
      const asked = connectionName(name)
      if (value === undefined) questions[asked] = { label: labelOf(asked), type: 'segment' }
      headers[name] = value === undefined ? `{connection.${asked}}` : String(value)
    }
  return { headers, questions }
}

/** The product's name: as the title of its specification spells the id, which says more than a name. */
function nameOf(id: string, { document }: Specification): string {
  const { title } = dereference(document, document.info)
  const words = typeof title === 'string' ? title.split(/[\s,:–-]+/) : []
  return words.find(word => plain(word) === plain(id)) ?? labelOf(id)
}

/** Makes the provider's part from the specifications and the collections that its models are. */
export function findProvider(
  id: string,
  specs: readonly [Specification, ...Specification[]],
  parts: readonly Pick<ModelPart, 'collection' | 'requests'>[],
  { models, ways }: { readonly models: readonly Model[]; readonly ways: readonly Way[] | undefined },
): ProviderPart {
  const [spec] = specs
  const collections = parts.map(({ collection }) => collection)
  const { base, hosts, questions, isKnown } = findAddress(id, specs)
  const { headers, questions: asked } = findHeaders(collections)
  const inPaths = [...new Set(collections.flatMap(connectionParameters).map(connectionName))]
  const config: Questions = {
    ...questions,
    ...asked,
    ...Object.fromEntries(inPaths.map(name => [name, { label: labelOf(name), type: 'segment' as const }])),
  }
  const { auth, open } = findAuth(spec, { base, models: models.map(({ name }) => name), ways })
  const { errors, byStatus } = findFailures(collections)
  const isForm = parts.some(({ requests }) => requests.isForm)
  return {
    file: {
      $schema: '../provider.schema.json',
      name: nameOf(id, spec),
      source: sourceAt(spec, isKnown ? 'servers' : 'info'),
      base,
      hosts,
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(isForm && { sends: 'form' as const }),
      ...(Object.keys(config).length > 0 && { connection_config: config }),
      auth,
      ...(errors && { errors }),
    },
    connection: Object.fromEntries(Object.entries(config).map(([name, question]) => [name, exampleAnswer(question)])),
    failures: byStatus,
    isKnown,
    open: [
      ...(isKnown ? [] : ['the specification names no server: write `base` and `hosts`']),
      ...open,
      ...inPaths.map(name => `each connection is asked for \`${name}\`, which stands in the path of its records`),
    ].map(one => `provider: ${one}`),
  }
}

/** The file of a provider whose specification names no server, once its fixtures are made. */
export const withoutServer = (file: ProviderFile): ProviderFile => ({
  ...file,
  base: `${TODO}: where its paths begin`,
  hosts: [`${TODO}: the host of \`base\``],
})
