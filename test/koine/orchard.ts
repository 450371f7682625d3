// An invented API, written by hand: people below `items`, wrapped in `person`, numbers for ids, seconds for a time.

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const answers = (schema: unknown, status = 200) => ({
  [status]: { description: 'Fine.', content: { 'application/json': { schema } } },
  404: { $ref: '#/components/responses/Missing' },
})
const query = (name: string, schema: object, description = '') => ({ name, in: 'query', description, schema })
const sent = (schema: unknown) => ({ content: { 'application/json': { schema } } })
const wrapped = (name: string, schema: unknown) => ({ type: 'object', properties: { [name]: schema } })

/** Reading and writing one kind of record. */
const resource = (path: string, id: string, one: string, schema: string): Record<string, object> => ({
  [path]: {
    get: {
      parameters: [
        query('per_page', { type: 'integer' }, 'Records on a page, max 100.'),
        query('page_token', { type: 'string' }),
        query('organization_id', { type: 'integer' }),
        query('owner_id', { type: 'integer' }),
        query('updated_since', { type: 'string', format: 'date-time' }),
        query('sort', { type: 'string', enum: ['created_on', 'score'] }),
        query('direction', { type: 'string', enum: ['asc', 'desc'] }),
      ],
      responses: answers({
        type: 'object',
        properties: {
          items: { type: 'array', items: reference(schema) },
          meta: wrapped('next_page_token', { type: 'string', nullable: true }),
        },
      }),
    },
    post: {
      requestBody: sent(wrapped(one, reference(`${schema}Write`))),
      responses: answers(wrapped(one, reference(schema)), 201),
    },
  },
  [`${path}/{${id}}`]: {
    parameters: [{ name: id, in: 'path', required: true, schema: { type: 'integer' } }],
    get: { responses: answers(wrapped(one, reference(schema))) },
    patch: {
      requestBody: sent(wrapped(one, reference(`${schema}Write`))),
      responses: answers(wrapped(one, reference(schema))),
    },
    delete: { responses: { 204: { description: 'Gone.' } } },
  },
})

const writable = {
  given_name: { type: 'string' },
  family_name: { type: 'string' },
  job_title: { type: 'string' },
  email: { type: 'string', format: 'email' },
  phones: {
    type: 'array',
    items: {
      type: 'object',
      properties: { number: { type: 'string' }, kind: { type: 'string', enum: ['office', 'cell', 'pager'] } },
    },
  },
  address: {
    type: 'object',
    properties: { line1: { type: 'string' }, city: { type: 'string' }, zip: { type: 'string' } },
  },
  organization_id: { type: 'integer' },
  owner_id: { type: 'integer' },
}
const opportunity = {
  title: { type: 'string' },
  value: { type: 'string' },
  state: { type: 'string', enum: ['open', 'won', 'lost', 'shelved'] },
}

/** The specification of Orchard. */
export const orchard = {
  openapi: '3.0.3',
  info: { title: 'The Orchard API', version: '2' },
  servers: [
    { url: 'https://{region}.orchard.example/v2', variables: { region: { enum: ['eu', 'us'], default: 'eu' } } },
  ],
  paths: {
    ...resource('/people', 'person_id', 'person', 'Person'),
    ...resource('/deals', 'deal_id', 'deal', 'Opportunity'),
    ...resource('/opportunities', 'opportunity_id', 'opportunity', 'Opportunity'),
    '/people/{person_id}/notes': { get: { responses: answers({ type: 'array', items: { type: 'object' } }) } },
  },
  components: {
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Orchard-Key' } },
    responses: {
      Missing: {
        description: 'Nothing.',
        content: {
          'application/json': {
            schema: wrapped('error', {
              type: 'object',
              properties: {
                code: { type: 'string' },
                message: { type: 'string', example: 'There is no such person.' },
              },
            }),
          },
        },
      },
    },
    schemas: {
      PersonWrite: { type: 'object', required: ['family_name'], properties: writable },
      Person: {
        allOf: [
          {
            type: 'object',
            properties: {
              id: { type: 'integer', example: 7 },
              ...writable,
              score: { type: 'number' },
              avatar: { type: 'object', properties: { small: { type: 'string' }, large: { type: 'string' } } },
            },
          },
          {
            type: 'object',
            properties: {
              created_on: { type: 'integer', example: 1767605400 },
              changed_at: { type: 'string', format: 'date-time', example: '2026-01-05T09:31:00Z' },
            },
          },
        ],
      },
      OpportunityWrite: { type: 'object', properties: opportunity },
      Opportunity: { type: 'object', properties: { id: { type: 'integer' }, ...opportunity } },
    },
  },
}
