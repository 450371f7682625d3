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

const ATTIO_VALUES = '/v2/objects/{object}/records/{record_id}/attributes/{attribute}/values'

/** Published with open values; the schema of one value stands at another path. This one is stricter, not laxer. */
function typedValues(spec: Specification): Specification {
  const value = schemaOf(spec.paths[ATTIO_VALUES]?.get, 200)?.properties?.data?.items
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

const SALESFORCE_REQUIRED = {
  // Bodies are published as one example each: the fields of that example are not those of every object.
  SObjectCreateRequest: ['Name'],
  SObjectRowsUpdateRequest: ['field API name'],
  Record6: ['NumberOfEmployees'],
  // The same for the records of a query, which have the fields that were asked for.
  Record15: ['Name'],
}
const SOBJECTS = '/data/v64.0/sobjects'
const SOBJECT_ERRORS: Schema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['message', 'errorCode'],
    properties: { message: { type: 'string' }, errorCode: { type: 'string' } },
  },
}

/**
 * Assembled from a collection of calls: the path that publishes events is that of a create by another name, the next
 * page of a query (`nextRecordsUrl`, recorded) has no path, and `fields` of a read, in the REST guide, no parameter. A
 * Content-Type is wanted of requests without a body; recorded ones have none.
 */
function assembledPaths(spec: Specification): Specification {
  delete spec.paths[`${SOBJECTS}/{EventApiName}`]
  const { '/data/v64.0/query': query = {}, [`${SOBJECTS}/{SOBJECT_API_NAME}/{RECORD_ID}`]: record = {} } = spec.paths
  const text = { required: true, schema: { type: 'string' } }
  const [locator, fields] = [
    { name: 'LOCATOR', in: 'path', ...text },
    { name: 'fields', in: 'query', ...text, required: false },
  ]
  spec.paths['/data/v64.0/query/{LOCATOR}'] = { get: { ...query.get, parameters: [locator] } }
  record.get?.parameters?.push(fields)
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path)))
    operation.parameters = operation.parameters?.filter(({ name }) => name !== 'Content-Type') ?? []
  return spec
}

/** Published without bodies: queries answer alike (as under /queryAll), writes 204 (as recorded), failures a list. */
function assembledAnswers(spec: Specification): Specification {
  const json = (schema: Schema) => ({ content: { 'application/json': { schema } } })
  const record = `${SOBJECTS}/{SOBJECT_API_NAME}/{RECORD_ID}`
  const answers: [string, string, Operation['responses']][] = [
    ['/data/v64.0/query', 'get', { 200: json({ $ref: '#/components/schemas/QueryAll' }) }],
    ['/data/v64.0/query/{LOCATOR}', 'get', { 200: json({ $ref: '#/components/schemas/QueryAll' }) }],
    [SOBJECTS, 'get', { 200: json({ type: 'object' }) }],
    [`${SOBJECTS}/{SOBJECT_API_NAME}`, 'get', { 200: json({ type: 'object' }) }],
    [record, 'get', { 200: json({ $ref: '#/components/schemas/Record15' }) }],
    [record, 'patch', { 204: {} }],
    [record, 'delete', { 204: {} }],
  ]
  for (const [path, method, responses = {}] of answers) {
    const operation = spec.paths[path]?.[method]
    if (operation) operation.responses = responses
  }
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path))) {
    operation.responses = { ...operation.responses, '4XX': json(SOBJECT_ERRORS) }
    for (const { content = {} } of Object.values(operation.responses)) {
      // The gate's validator passes over a content type that names its charset.
      const named = content['application/json;charset=UTF-8']
      if (named) content['application/json'] = named
      delete content['application/json;charset=UTF-8']
    }
  }
  return spec
}

/** Alternatives that include one another (`{}` is one of them) are published as if one alone could fit. */
function overlapping(spec: Specification): Specification {
  const { defaultValue, picklistValues } = spec.components?.schemas?.Field9?.properties ?? {}
  for (const schema of [defaultValue, picklistValues?.items])
    if (schema?.oneOf) {
      schema.anyOf = schema.oneOf
      delete schema.oneOf
    }
  return spec
}

/**
 * The results of collections are published as their examples of success: without failures, which `SaveResult` of the
 * same document shows, with a `statusCode` in each and without an id where nothing was made.
 */
function failedResults(spec: Specification): Specification {
  const { schemas = {} } = spec.components ?? {}
  const text: Schema = { type: 'string' }
  const error: Schema = {
    type: 'object',
    required: ['statusCode', 'message', 'fields'],
    properties: { statusCode: text, message: text, fields: { type: 'array', items: text } },
    additionalProperties: false,
  }
  for (const [name, schema] of Object.entries(schemas)) {
    if (!/^(Successful)?SObjectCollections(Create|Update|Delete)$/.test(name) || !schema.properties?.errors) continue
    schema.required = ['success', 'errors']
    schema.properties.errors = { type: 'array', items: error }
  }
  return spec
}

export const salesforce: Deviations = {
  relax: spec => assembledPaths(relaxRequired(spec, SALESFORCE_REQUIRED)),
  // A field of a record that was asked for and has no value is null, as recorded.
  relaxResponses: spec => relaxNullable(assembledAnswers(overlapping(failedResults(spec)))),
}

/** Lists are published with the enum of their entries, described as comma separated; so each entry is held to it. */
function pipedriveLists(spec: Specification): Specification {
  type Parameter = {
    name?: string
    description?: string
    schema?: Schema & { pattern?: string }
    allowReserved?: boolean
  }
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path)))
    for (const parameter of (operation.parameters ?? []) as Parameter[]) {
      const { schema } = parameter
      if (parameter.name?.startsWith('updated_')) parameter.allowReserved = true // A colon may stand in a query.
      if (schema === undefined || !/comma.separated/i.test(parameter.description ?? '')) continue
      parameter.allowReserved = true
      if (schema.enum === undefined) continue
      const entry = [...new Set(schema.enum.flatMap(one => String(one).split(',')))].join('|')
      schema.pattern = `^(${entry})(,(${entry}))*$`
      delete schema.enum
    }
  return spec
}

/** What only null can clear. Published as nullable for custom fields and for half of an organization's own members. */
const PIPEDRIVE_CLEARED =
  'org_id person_id address postal_address notes birthday job_title expected_close_date won_time lost_time'.split(' ')

function pipedriveNulls(spec: Specification): Specification {
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path)))
    for (const { schema } of Object.values(operation.requestBody?.content ?? {}))
      for (const name of PIPEDRIVE_CLEARED) {
        const member = schema?.properties?.[name]
        if (member) member.nullable = true
      }
  return spec
}

export const pipedrive: Deviations = {
  relax: spec => pipedriveNulls(pipedriveLists(spec)),
  // Members without a value are recorded as null.
  relaxResponses: relaxNullable,
}

/** Of a search's answer, a member that came later than the imitation: how the search was carried out. */
function searchedPlainly(spec: Specification): Specification {
  const search = schemaOf(spec.paths['/search/issues']?.get, 200)
  if (search?.required) search.required = search.required.filter(name => name !== 'search_type')
  const result = spec.components?.schemas?.['issue-search-result-item']
  if (result?.required) result.required = result.required.filter(name => name !== 'score')
  return spec
}

/** The address of a next page, which is the provider's own, writes the spaces of a search as `+`. */
function pluses(spec: Specification): Specification {
  for (const parameter of spec.paths['/search/issues']?.get?.parameters ?? [])
    if (parameter.name === 'q') parameter.allowReserved = true
  return spec
}

export const github: Deviations = {
  relax: pluses,
  // `state_reason` and others without a value are recorded as null.
  relaxResponses: spec => relaxNullable(searchedPlainly(spec)),
}

/** A form has texts only: numbers and flags of a body are judged by how they are written. */
function asForm(schema: Schema & { pattern?: string; format?: string }): Schema {
  if (schema.type === 'integer') return { type: 'string', pattern: '^(-?\\d+)?$' } as Schema
  if (schema.type === 'boolean') return { type: 'string', enum: ['true', 'false', ''] }
  const formed: Schema = { ...schema }
  if (schema.properties)
    formed.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, asForm(property)]),
    )
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const) if (schema[word]) formed[word] = schema[word].map(asForm)
  if (schema.items) formed.items = asForm(schema.items)
  return formed
}

/** Published as `deepObject`, which the gate's validator takes only where nothing but an object is allowed. */
function rangesOnly(spec: Specification): Specification {
  type Parameter = { style?: string; schema?: Schema }
  for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path)))
    for (const parameter of (operation.parameters ?? []) as Parameter[]) {
      const range = parameter.schema?.anyOf?.find(({ properties }) => properties !== undefined)
      if (parameter.style === 'deepObject' && range) parameter.schema = range
    }
  return spec
}

export const stripe: Deviations = {
  relax(spec) {
    for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path)))
      for (const media of Object.values(operation.requestBody?.content ?? {}))
        if (media.schema) media.schema = asForm(media.schema)
    return rangesOnly(spec)
  },
  // Published answers are those of an older version than the recorded ones; they are judged by the recordings.
  relaxResponses(spec) {
    for (const operation of Object.values(spec.paths).flatMap(path => Object.values(path)))
      operation.responses = { default: { content: { 'application/json': { schema: { type: 'object' } } } } }
    return spec
  },
}
