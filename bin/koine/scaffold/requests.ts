// The requests of a model: list, get, create, update and delete, as the specification has them.
import type { ListRequest, VerbRequest } from '../../../src/mapping/schema/index.ts'
import type { Model } from '../../../src/models/index.ts'
import { type Collection, parametersOf } from './collection.ts'
import { inputsOf } from './inputs.ts'
import { findPaging } from './paging.ts'
import { listIn, type Place, placeText, recordIn } from './record-place.ts'
import { shapeOf } from './shape.ts'
import { type Method, type Operation, type Specification, successOf } from './specification.ts'
import { plain, wordsOf } from './words.ts'

/** A request with the operation that it is of. */
export interface Made<Request = VerbRequest> {
  readonly request: Request
  readonly operation: Operation
  /** The schema of the record in the body that is sent; nothing where the specification does not say. */
  readonly sent: unknown
}
export interface Requests {
  readonly list: Made<ListRequest> | undefined
  readonly get: Made | undefined
  readonly create: Made | undefined
  readonly update: Made | undefined
  readonly delete: Made | undefined
  /** The schema of a record as it is answered: of the list, or of one where that has more. */
  readonly record: unknown
  /** The schema of a record in the list. */
  readonly listed: unknown
  readonly isForm: boolean
  /** What the specification leaves open, for a person. */
  readonly open: readonly string[]
}

/** What a parameter of a path is called as the answer to a question. */
export const connectionName = (parameter: string): string =>
  parameter
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/\W+/g, '_')

/** The parameters of a model's paths that are no record's: each is asked when a connection is made. */
export const connectionParameters = ({ path, item }: Collection): string[] =>
  [...new Set([...parametersOf(path), ...parametersOf(item?.path ?? '')])].filter(name => name !== item?.parameter)

/** Method and path: the parameter of the record is `{id}`, every other an answer to a question. */
const addressOf = ({ method, path }: Operation, item?: string): { readonly [method in Method]?: string } => ({
  [method]: path.replace(/\{([^{}]+)\}/g, (_, name: string) =>
    name === item ? '{id}' : `{connection.${connectionName(name)}}`,
  ),
})

/** `{ "person": "{record}" }` where the body has the record below other keys; nothing where it is the whole. */
function bodyAround({ keys }: Place): unknown {
  if (keys.length === 0) return undefined
  return keys.reduceRight<unknown>((inner, key) => (key === '0' ? [inner] : { [key]: inner }), '{record}')
}

const namesIn = (spec: Specification, schema: unknown): string[] => Object.keys(shapeOf(spec, schema, true).properties)
const answerOf = (operation: Operation | undefined): unknown => operation && successOf(operation).content?.schema

/** What writes need to know of the records. */
interface Known {
  readonly model: Model
  readonly names: ReadonlySet<string>
  readonly canRead: boolean
}

/** As many members as an answer has at least to be the record, and not only its id. */
const WHOLE = 3

function writing(operation: Operation, item: string | undefined, { model, names, canRead }: Known): Made {
  const { spec, body } = operation
  const sent = recordIn(spec, body?.schema, names)
  const answered = recordIn(spec, answerOf(operation), names)
  const record = answered && placeText(answered)
  // Who answers `{ "person": … }` is sent it, too, where the specification does not say otherwise.
  const isNamed = body === undefined && record !== undefined && wordsOf(model).strong.includes(plain(record))
  const template = sent ? bodyAround(sent) : isNamed ? { [record]: '{record}' } : undefined
  const isWhole = answered !== undefined && namesIn(spec, answered.schema).length >= WHOLE
  const isBack = !isWhole && canRead
  const id =
    isBack && item === undefined ? namesIn(spec, answerOf(operation)).find(name => /^(g|uu)?id$/.test(name)) : undefined
  return {
    request: {
      ...addressOf(operation, item),
      ...(template !== undefined && { body: template as VerbRequest['body'] }),
      ...(record !== undefined && { record }),
      ...(id !== undefined && { id }),
      ...(isBack && { read_back: true }),
    },
    operation,
    sent: sent?.schema,
  }
}

/** The request that lists, and what it leaves open. */
function listing(operation: Operation, list: Place, hasId: boolean): { made: Made<ListRequest>; open: string[] } {
  const { asked, page, max, open } = findPaging(operation, list, hasId)
  const records = placeText(list)
  const isAsked = Object.keys(asked).length > 0
  const needed = inputsOf(operation).filter(one => one.isRequired && !(one.name in asked))
  const names = needed.map(({ name }) => `\`${name}\``).join(', ')
  return {
    made: {
      request: {
        ...addressOf(operation),
        ...(isAsked && (operation.method === 'get' ? { query: asked } : { body: asked })),
        ...(max !== undefined && { max }),
        ...(records !== undefined && { records }),
        ...(page && { page }),
      },
      operation,
      sent: undefined,
    },
    open: [...open, ...(needed.length > 0 ? [`a list must be asked with ${names}`] : [])],
  }
}

/** The requests of a collection. */
export function findRequests(collection: Collection, model: Model): Requests {
  const { spec, list, on, onItem, item } = collection
  const listed = listIn(spec, answerOf(list), model)
  const inList = namesIn(spec, listed?.schema)
  const likely = new Set(inList.length > 0 ? inList : namesIn(spec, answerOf(onItem.get)))
  const got = recordIn(spec, answerOf(onItem.get), likely)
  const inOne = namesIn(spec, got?.schema)
  const names = new Set([...likely, ...inOne])
  const known: Known = { model, names, canRead: onItem.get !== undefined }
  const made = list && listed && listing(list, listed, names.has('id'))
  const recordAt = got && placeText(got)
  const create = on.post ?? on.put
  const update = onItem.patch ?? onItem.put ?? onItem.post
  const isShort = listed !== undefined && inList.length * 2 < inOne.length
  return {
    list: made?.made,
    get: onItem.get && {
      request: { ...addressOf(onItem.get, item?.parameter), ...(recordAt !== undefined && { record: recordAt }) },
      operation: onItem.get,
      sent: undefined,
    },
    create: create && writing(create, undefined, known),
    update: update && writing(update, item?.parameter, known),
    delete: onItem.delete && {
      request: addressOf(onItem.delete, item?.parameter),
      operation: onItem.delete,
      sent: undefined,
    },
    record: listed === undefined || inOne.length > inList.length ? got?.schema : listed.schema,
    listed: listed?.schema,
    isForm: create?.body?.type.includes('form') === true,
    open: [
      ...(isShort
        ? [`a list answers ${inList.length} members of a record, a get ${inOne.length}: see what asks for more`]
        : []),
      ...(made?.open ?? []),
      ...(update?.method === 'put' ? ['update is a PUT: see whether it replaces the whole record (`overwrites`)'] : []),
    ],
  }
}
