import { Hono } from 'hono'
import { notFound } from './errors.ts'
import { findProperty, type Property, properties as table } from './property-table.ts'
import { type ObjectType, readType, types } from './types.ts'

const BORN = '2024-11-01T09:00:00Z'

/** specs/hubspot/crm-properties.v3.json#/components/schemas/Property; `hubspotDefined` is absent on a custom one. */
function describeProperty(type: ObjectType, property: Property, displayOrder: number) {
  const { name, label, fieldType, options, readOnly, externalOptions, custom } = property
  return {
    ...(custom && { createdAt: BORN, updatedAt: BORN }),
    name,
    label,
    type: property.type,
    fieldType,
    description: custom ? `A field of this account's own: ${label}.` : '',
    groupName: `${types[type].singular}information`,
    options: options.map((option, order) => ({ ...option, displayOrder: order, hidden: false })),
    displayOrder: custom ? -1 : displayOrder,
    calculated: readOnly && name.startsWith('hs_'),
    externalOptions,
    ...(externalOptions && { referencedObjectType: 'OWNER' }),
    archived: false,
    hasUniqueValue: name === 'hs_object_id',
    hidden: false,
    ...(!custom && { hubspotDefined: true }),
    modificationMetadata: { archivable: custom, readOnlyDefinition: !custom, readOnlyValue: readOnly },
    formField: !readOnly,
    dataSensitivity: 'non_sensitive',
  }
}

/** `GET /crm/v3/properties/{objectType}` and `/{propertyName}`: specs/hubspot/crm-properties.v3.json#/paths */
export function properties(): Hono {
  return new Hono()
    .get('/:type', c => {
      const type = readType(c.req.param('type'))
      const asked = c.req.query('archived') === 'true' ? [] : table[type]
      return c.json({ results: asked.map((property, order) => describeProperty(type, property, order)) })
    })
    .get('/:type/:name', c => {
      const type = readType(c.req.param('type'))
      const property = findProperty(type, c.req.param('name')) ?? notFound()
      return c.json(describeProperty(type, property, table[type].indexOf(property)))
    })
}
