// Where providers are known to differ from their own published specifications. Each entry gives its reason; whatever
// is not listed here is judged as published.

import {
  type GateOptions,
  type Operation,
  relaxNullable,
  relaxRequired,
  type Schema,
  type Specification,
} from './specification.ts'

type Deviations = Required<Pick<GateOptions, 'relax' | 'relaxResponses'>>

const HUBSPOT_REQUIRED = {
  // Creates are recorded without associations and searches without most members; both were accepted.
  SimplePublicObjectInputForCreate: ['associations'],
  PublicObjectSearchRequest: ['after', 'limit', 'sorts', 'properties', 'filterGroups'],
}

/** Sorts are published as strings; HubSpot's search guide sends objects, which is the only way to give a direction. */
function sortsAsObjects(spec: Specification): Specification {
  const sorts = spec.components?.schemas?.PublicObjectSearchRequest?.properties?.sorts
  if (sorts)
    sorts.items = {
      anyOf: [
        { type: 'string' },
        {
          type: 'object',
          required: ['propertyName'],
          properties: {
            propertyName: { type: 'string' },
            direction: { type: 'string', enum: ['ASCENDING', 'DESCENDING'] },
          },
          additionalProperties: false,
        },
      ],
    }
  return spec
}

/** Published under the type's number only; recorded under its name as well. */
function dealsByName(spec: Specification): Specification {
  for (const [path, operations] of Object.entries(spec.paths))
    if (path.startsWith('/crm/v3/objects/0-3')) spec.paths[path.replace('0-3', 'deals')] = structuredClone(operations)
  return spec
}

/** Lists are published as repeated parameters, described as comma separated, and recorded so: a bare comma is fine. */
function commas(spec: Specification): Specification {
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path)))
    for (const parameter of operation.parameters ?? [])
      if (['properties', 'associations'].includes(parameter.name ?? '')) parameter.allowReserved = true
  return spec
}

export const hubspot: Deviations = {
  relax: spec => commas(dealsByName(sortsAsObjects(relaxRequired(spec, HUBSPOT_REQUIRED)))),
  // A requested property without a value is recorded as null, and so are members of other bodies.
  relaxResponses: relaxNullable,
}

const schemaOf = (operation: Operation | undefined, status: number): Schema | undefined =>
  operation?.responses?.[status]?.content?.['application/json']?.schema

const VALUES = '/v2/objects/{object}/records/{record_id}/attributes/{attribute}/values'

/** Published with open values; the schema of one value stands at another path. This one is stricter, not laxer. */
function typedValues(spec: Specification): Specification {
  const value = schemaOf(spec.paths[VALUES]?.get, 200)?.properties?.data?.items
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path))) {
    const data = schemaOf(operation, 200)?.properties?.data
    const { values } = (data?.items ?? data)?.properties ?? {}
    if (value && values?.additionalProperties === true)
      values.additionalProperties = { type: 'array', items: structuredClone(value) }
  }
  return spec
}

/**
 * Published are the errors particular to an operation: not the 401 of every one of them, nor what makes a write
 * invalid (a wrong type is published for some operations, a value that has to be unique and is taken for none).
 */
function commonErrors(spec: Specification): Specification {
  const members = { status_code: { type: 'number' }, type: { type: 'string' }, code: { type: 'string' } }
  const properties = { ...members, message: { type: 'string' } }
  const schema: Schema = { type: 'object', required: Object.keys(properties), properties, additionalProperties: false }
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path))) {
    const codes = schemaOf(operation, 400)?.properties?.code?.enum
    codes?.push(...['validation_type', 'value_not_found', 'uniqueness_conflict'].filter(code => !codes.includes(code)))
    if (operation.responses) operation.responses[401] ??= { content: { 'application/json': { schema } } }
  }
  return spec
}

export const attio: Deviations = {
  relax: spec => spec,
  // Published examples have null where an enumeration without null is published, as for an attribute's currency.
  relaxResponses: spec => relaxNullable(commonErrors(typedValues(spec))),
}
