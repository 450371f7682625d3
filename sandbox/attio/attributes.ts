import { type Context, Hono } from 'hono'
import { type Attribute, findAttribute, inverseOf, attributes as table } from './attribute-table.ts'
import { describeChoice } from './choices.ts'
import { invalid, notFound } from './errors.ts'
import { BORN, WORKSPACE } from './ids.ts'
import { objects, readObjectSlug } from './object-table.ts'

const idsOf = (attribute: Attribute) => ({
  workspace_id: WORKSPACE,
  object_id: objects[attribute.object].id,
  attribute_id: attribute.id,
})

/** specs/attio/openapi.json#/components/schemas/attribute */
function describeAttribute(attribute: Attribute) {
  const inverse = inverseOf(attribute)
  const currency = attribute.type === 'currency'
  return {
    id: idsOf(attribute),
    title: attribute.title,
    description: attribute.custom ? `An attribute of this workspace's own: ${attribute.title}.` : null,
    api_slug: attribute.slug,
    type: attribute.type,
    is_system_attribute: !attribute.custom,
    is_writable: !attribute.readOnly,
    is_required: attribute.required ?? false,
    is_unique: attribute.unique ?? false,
    is_multiselect: attribute.multiselect ?? false,
    is_default_value_enabled: false,
    is_archived: false,
    default_value: null,
    relationship: inverse ? { id: idsOf(inverse) } : null,
    created_at: BORN,
    config: {
      currency: { default_currency_code: currency ? 'USD' : null, display_type: currency ? 'symbol' : null },
      record_reference: { allowed_object_ids: attribute.target ? [objects[attribute.target].id] : null },
    },
  }
}

function readAttribute(c: Context): Attribute {
  const name = c.req.param('attribute') ?? ''
  return findAttribute(readObjectSlug(c.req.param('object') ?? ''), name) ?? notFound('Attribute with slug/ID', name)
}

function readCount(c: Context, name: string, standard: number): number {
  const text = c.req.query(name)
  if (text === undefined) return standard
  return /^\d+$/.test(text) ? Number(text) : invalid(`${name} must be a whole number.`)
}

/** The choices of an attribute of the one type that has them under this path. */
function choicesOf(c: Context, type: 'select' | 'status') {
  const attribute = readAttribute(c)
  if (attribute.type !== type) notFound(`A ${type} attribute with slug/ID`, attribute.slug)
  return { data: attribute.choices.map(choice => describeChoice(attribute, choice)) }
}

/**
 * `GET /v2/objects/{object}/attributes` and below:
 * specs/attio/openapi.json#/paths/~1v2~1{target}~1{identifier}~1attributes
 */
export function attributes(): Hono {
  return new Hono()
    .get('/:object/attributes', c => {
      const all = table[readObjectSlug(c.req.param('object'))]
      const offset = readCount(c, 'offset', 0)
      const page = all.slice(offset, offset + readCount(c, 'limit', all.length))
      return c.json({ data: page.map(describeAttribute) })
    })
    .get('/:object/attributes/:attribute', c => c.json({ data: describeAttribute(readAttribute(c)) }))
    .get('/:object/attributes/:attribute/options', c => c.json(choicesOf(c, 'select')))
    .get('/:object/attributes/:attribute/statuses', c => c.json(choicesOf(c, 'status')))
}
