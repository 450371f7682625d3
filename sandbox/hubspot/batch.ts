import { type Context, Hono } from 'hono'
import { answer, asked, filled } from './answers.ts'
import { invalid, isObject, type Json, Refusal, readObject } from './errors.ts'
import { change, create } from './objects.ts'
import type { Records, Stored } from './records.ts'
import { type ObjectType, readType } from './types.ts'
import { instant } from './values.ts'

/** Records of one request: HubSpot refuses more. */
const MAX = 100

/** specs/hubspot/crm-contacts.v3.json#/components/schemas/StandardError */
type Failed = { status: string; category: string; message: string; context: Record<string, string[]> } & Json

async function readBatch(c: Context): Promise<{ body: Json; inputs: Json[] }> {
  const body = await readObject(c)
  const { inputs } = body
  if (!Array.isArray(inputs) || !inputs.every(isObject)) return invalid('Invalid input JSON: inputs are missing')
  if (inputs.length > MAX) return invalid(`Batch size of ${inputs.length} exceeds the limit of ${MAX}`)
  return { body, inputs }
}

const idOf = (input: Json): string =>
  typeof input.id === 'string' && input.id !== '' ? input.id : invalid('Invalid input JSON: an input has no id')

function refuseTwice(ids: readonly string[]): void {
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i)
  if (twice.length > 0) invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]`)
}

const failed = ({ category, message }: Refusal, context: Record<string, string[]>): Failed => ({
  status: 'error',
  category,
  message,
  context,
  errors: [],
  links: {},
})

/** specs/hubspot/crm-contacts.v3.json#/components/schemas/BatchResponseSimplePublicObjectWithErrors */
function answered(c: Context, now: () => number, status: 200 | 201, results: Json[], errors: Failed[]) {
  const at = instant(now())
  const whole = { status: 'COMPLETE', results, startedAt: at, completedAt: at }
  return errors.length === 0 ? c.json(whole, status) : c.json({ ...whole, numErrors: errors.length, errors }, 207)
}

const isTraced = (inputs: readonly Json[]): boolean => {
  const ids = inputs.map(({ objectWriteTraceId }) => objectWriteTraceId)
  return ids.every(id => typeof id === 'string') && new Set(ids).size === ids.length
}

/**
 * Acts on each input. Where every one carries an `objectWriteTraceId` of its own, results and errors name it; else
 * the first error refuses all, and nothing is written.
 */
function each(records: Records, inputs: readonly Json[], act: (input: Json) => Json) {
  const results: Json[] = []
  const errors: Failed[] = []
  const one = (input: Json): void => {
    const { objectWriteTraceId } = input
    try {
      results.push({ ...act(input), ...(objectWriteTraceId !== undefined && { objectWriteTraceId }) })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.category === 'OBJECT_NOT_FOUND' && input.id !== undefined)
        errors.push(failed(error, { ids: [String(input.id)] }))
      else if (isTraced(inputs)) errors.push(failed(error, { objectWriteTraceId: [String(objectWriteTraceId)] }))
      else throw error
    }
  }
  records.atOnce(() => {
    for (const input of inputs) one(input)
  })
  return { results, errors }
}

/** `/crm/v3/objects/{type}/batch/{act}`: specs/hubspot/crm-contacts.v3.json#/paths */
export function batches(records: Records, now: () => number): Hono {
  const show = (type: ObjectType, record: Stored, names: readonly string[]): Json =>
    answer(type, record, asked(records, type, record, names))
  return new Hono()
    .post('/:type/batch/create', async c => {
      const type = readType(c.req.param('type'))
      const { inputs } = await readBatch(c)
      const { results, errors } = each(records, inputs, input => {
        const record = create(records, type, input)
        return answer(type, record, filled(records, type, record))
      })
      // In no order that anybody could rely on.
      return answered(c, now, 201, results.reverse(), errors)
    })
    .post('/:type/batch/update', async c => {
      const type = readType(c.req.param('type'))
      const { inputs } = await readBatch(c)
      refuseTwice(inputs.map(idOf))
      const { results, errors } = each(records, inputs, input => {
        const record = records.find(type, idOf(input))
        return show(type, record, change(records, type, record, input))
      })
      return answered(c, now, 200, results.reverse(), errors)
    })
    .post('/:type/batch/read', async c => {
      const type = readType(c.req.param('type'))
      const { body, inputs } = await readBatch(c)
      const { properties } = body
      const names = Array.isArray(properties) ? properties.map(String) : []
      const { results, errors } = each(records, inputs, input => show(type, records.find(type, idOf(input)), names))
      return answered(c, now, 200, results.reverse(), errors)
    })
    .post('/:type/batch/archive', async c => {
      const type = readType(c.req.param('type'))
      const { inputs } = await readBatch(c)
      for (const id of inputs.map(idOf)) records.archive(type, id)
      return c.body(null, 204)
    })
}
