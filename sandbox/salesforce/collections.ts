import { type Context, Hono } from 'hono'
import { remove } from './deletion.ts'
import { isObject, type Json, Refusal, readObject, refuse } from './errors.ts'
import { findObject, type ObjectName, objectNames, objects } from './objects.ts'
import type { Records } from './records.ts'
import { change, create, find, refuseUnwritable } from './sobjects.ts'
import { readValues } from './values.ts'

/** Records of one request: Salesforce refuses more. */
const MAX = 200
/** What is wrong with the request itself refuses all of it, also with `allOrNone: false`. */
const OF_REQUEST = ['JSON_PARSER_ERROR', 'INVALID_FIELD']

const tooMany = (count: number): never =>
  refuse(
    400,
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${MAX} records into this call: ${count}`,
  )

/** specs/salesforce/platform-rest.json#/components/schemas/SaveResult: `statusCode` where a single answer has `errorCode`. */
const refused = ({ body: [error = {}] }: Refusal) => ({
  success: false,
  errors: [{ statusCode: error.errorCode, message: error.message, fields: error.fields ?? [] }],
})

/** Acts on each record, and answers in their order. */
function each<T>(records: Records, given: readonly T[], isAllOrNone: boolean, act: (one: T) => string): Json[] {
  return records.atOnce(() =>
    given.map(one => {
      try {
        return { id: act(one), success: true, errors: [] }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (isAllOrNone || OF_REQUEST.includes(String(error.body[0]?.errorCode))) throw error
        return refused(error)
      }
    }),
  )
}

/** A record with the object that its `attributes` name; both are left out of its values. */
function typed(given: unknown): { type: ObjectName; id: unknown; body: Json } {
  const { attributes, id, ...body } = isObject(given) ? given : {}
  const name = isObject(attributes) ? String(attributes.type) : ''
  const type = findObject(name)
  if (type === undefined) return refuse(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`)
  return { type, id, body }
}

async function readCollection(c: Context): Promise<{ given: unknown[]; isAllOrNone: boolean }> {
  const { allOrNone, records: given } = await readObject(c)
  if (!Array.isArray(given)) return refuse(400, 'JSON_PARSER_ERROR', 'records are missing')
  if (given.length > MAX) tooMany(given.length)
  return { given, isAllOrNone: allOrNone === true }
}

/** `/composite/sobjects`: specs/salesforce/platform-rest.json#/paths/~1data~1v64.0~1composite~1sobjects */
export function collections(records: Records): Hono {
  return new Hono({ strict: false })
    .post('/composite/sobjects', async c => {
      const { given, isAllOrNone } = await readCollection(c)
      const answer = each(records, given, isAllOrNone, one => {
        const { type, body } = typed(one)
        refuseUnwritable(type, 'inserted')
        return create(c, records, type, readValues(records, type, body, 'create')).id
      })
      return c.json(answer)
    })
    .patch('/composite/sobjects', async c => {
      const { given, isAllOrNone } = await readCollection(c)
      const answer = each(records, given, isAllOrNone, one => {
        const { type, id, body } = typed(one)
        refuseUnwritable(type, 'updated')
        const record = find(records, type, String(id), false)
        change(c, records, record, body)
        return record.id
      })
      return c.json(answer)
    })
    .delete('/composite/sobjects', c => {
      const ids = (c.req.query('ids') ?? '').split(',')
      if (ids.length > MAX) tooMany(ids.length)
      const answer = each(records, ids, c.req.query('allOrNone') === 'true', id => {
        const type = objectNames.find(name => id.startsWith(objects[name].prefix))
        if (type === undefined) return refuse(400, 'MALFORMED_ID', `malformed id ${id}`)
        refuseUnwritable(type, 'deleted')
        const record = find(records, type, id, false)
        remove(records, record)
        return record.id
      })
      return c.json(answer)
    })
}
