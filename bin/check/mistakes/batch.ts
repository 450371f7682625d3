// Mistakes in requests for several records that the checks of names must tell without a fixture.
import type { ExpandedFile } from '../../../src/mapping/expand.ts'
import type { Json } from './plant.ts'

/** One mistake: what it is, where, and the edit of the batch that makes it. */
export interface BatchMistake {
  readonly kind: string
  readonly place: string
  readonly edit: (batch: Json, request: Json) => void
}

/** The mistakes that suit the batches of one model, written out, with the verb of each. */
export function batchMistakes(expanded: ExpandedFile): (BatchMistake & { readonly verb: string })[] {
  return (['get', 'create', 'update', 'delete'] as const).flatMap(verb => {
    const batch = expanded[verb]?.batch
    if (!batch) return []
    const of = (kind: string, key: string, edit: BatchMistake['edit']) => ({
      kind,
      verb,
      place: `/${verb}/batch${key && `/${key}`}`,
      edit,
    })
    return [
      of('a batch with two methods', '', it => Object.assign(it, { get: '/one', post: '/two' })),
      of('a batch without its maximum', 'max', it => delete it.max),
      of('a batch that holds no record', '', it => {
        for (const key of ['body', 'query', 'item']) delete it[key]
      }),
      of('an item that nothing holds', 'item', it => {
        it.query = { ids: '{ids}' }
        it.body = { all: true }
        it.item = { id: '{id}', key: '{key}' }
      }),
      of('results that name nothing', 'match', it => Object.assign(it, { match: {} })),
      of('a key that is never sent', 'match/key', it => {
        it.match = { key: 'trace' }
        it.item = { id: '{id}' }
      }),
      of('failures of nobody', 'failure/each', it => Object.assign(it, { failure: { each: 'errors' } })),
      of('`omits` of an unknown field', 'omits', it => Object.assign(it, { omits: ['no_such_field'] })),
      of('{items} outside a batch', '', (_, request) => Object.assign(request, { headers: { all: '{items}' } })),
      of('a batch of records with a parent', '', (_, request) => {
        request.query = { parent: '{id.0}' }
      }),
      ...(verb === 'create' || verb === 'update'
        ? [
            of('something of the single request that a batch loses', '', (_, request) => {
              request.query = { trigger: 'workflow' }
            }),
          ]
        : []),
    ]
  })
}
