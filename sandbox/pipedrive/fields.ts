import { Hono } from 'hono'
import { notFound } from './errors.ts'
import { ENTITIES, type Entity, type Field, findField, fields as table } from './field-table.ts'
import { pageOf, paging } from './paging.ts'
import { list, oneOf, readQuery } from './query.ts'

const SUBFIELDS: Record<string, readonly [code: string, name: string, type: string][]> = {
  address: [
    ['value', 'Address value', 'varchar'],
    ['street_number', 'House number', 'varchar'],
    ['route', 'Street/road name', 'varchar'],
    ['subpremise', 'Apartment/suite', 'varchar'],
    ['sublocality', 'District', 'varchar'],
    ['locality', 'City/town/village/locality', 'varchar'],
    ['admin_area_level_1', 'State/county', 'varchar'],
    ['admin_area_level_2', 'Region', 'varchar'],
    ['country', 'Country', 'varchar'],
    ['postal_code', 'ZIP/Postal code', 'varchar'],
  ],
  monetary: [
    ['value', 'Amount', 'double'],
    ['currency', 'Currency', 'varchar'],
  ],
}

type Namespace = 'ui_visibility' | 'important_fields' | 'required_fields'

const asked = { include_fields: list(oneOf<Namespace>('ui_visibility', 'important_fields', 'required_fields')) }

/** specs/pipedrive/v2.yaml#/paths/~1personFields/get, without what has to be asked for. */
function describeField(field: Field, namespaces: readonly Namespace[]) {
  const subfields = SUBFIELDS[field.type]?.map(([code, name, type]) => ({
    field_code: code,
    field_name: `${name} of ${field.name}`,
    field_type: type,
  }))
  const extra: Record<Namespace, object> = {
    ui_visibility: { add_visible_flag: field.required || field.custom, details_visible_flag: true },
    important_fields: { enabled: false, stage_ids: [] },
    required_fields: { enabled: field.required },
  }
  return {
    field_name: field.name,
    field_code: field.code,
    field_type: field.type,
    options: field.options,
    subfields: subfields ?? null,
    is_custom_field: field.custom,
    is_optional_response_field: false,
    ...Object.fromEntries(namespaces.map(namespace => [namespace, extra[namespace]])),
  }
}

const NAMES: Record<Entity, string> = {
  persons: 'personFields',
  organizations: 'organizationFields',
  deals: 'dealFields',
}

/** `GET /personFields`, `/organizationFields`, `/dealFields` and one of each by its code. */
export function fields(): Hono {
  const app = new Hono()
  for (const entity of ENTITIES) {
    const place = (field: Field) => table[entity].indexOf(field)
    app.get(`/${NAMES[entity]}`, c => {
      const { include_fields = [], ...page } = readQuery(c, { ...paging, ...asked })
      const order = { field: 'order_nr', direction: 'asc', valueOf: place, idOf: place } as const
      const { data, additional_data } = pageOf(table[entity], order, page)
      return c.json({ success: true, data: data.map(field => describeField(field, include_fields)), additional_data })
    })
    app.get(`/${NAMES[entity]}/:code`, c => {
      const { include_fields = [] } = readQuery(c, asked)
      const field = findField(entity, c.req.param('code')) ?? notFound()
      return c.json({ success: true, data: describeField(field, include_fields) })
    })
  }
  return app
}
