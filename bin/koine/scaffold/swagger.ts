import { isObject } from '../../../src/mapping/path.ts'

type Json = Record<string, unknown>
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
const entries = (value: unknown): [string, Json][] =>
  isObject(value) ? Object.entries(value).filter((pair): pair is [string, Json] => isObject(pair[1])) : []

const FLOWS: Readonly<Record<string, string>> = { accessCode: 'authorizationCode', implicit: 'implicit' }

function schemeOf(scheme: Json): Json {
  if (scheme.type === 'basic') return { type: 'http', scheme: 'basic', description: scheme.description }
  if (scheme.type !== 'oauth2') return scheme
  return { type: 'oauth2', flows: { [FLOWS[String(scheme.flow)] ?? String(scheme.flow)]: scheme } }
}

function operationOf(operation: Json): Json {
  const parameters = objects(operation.parameters)
  const body = parameters.find(one => one.in === 'body')
  const form = parameters.filter(one => one.in === 'formData')
  const content = body
    ? { 'application/json': { schema: body.schema } }
    : form.length > 0
      ? {
          'application/x-www-form-urlencoded': {
            schema: { properties: Object.fromEntries(form.map(one => [String(one.name), one])) },
          },
        }
      : undefined
  return {
    ...operation,
    // In 2.0 the type of a parameter stands in the parameter itself.
    parameters: parameters
      .filter(one => one.in !== 'body' && one.in !== 'formData')
      .map(one => (one.$ref === undefined ? { ...one, schema: one } : one)),
    ...(content && { requestBody: { content } }),
    responses: Object.fromEntries(
      entries(operation.responses).map(([status, { schema, examples, ...rest }]) => {
        const [example] = isObject(examples) ? Object.values(examples) : []
        return [status, schema === undefined ? rest : { ...rest, content: { 'application/json': { schema, example } } }]
      }),
    ),
  }
}

/** Swagger 2.0 as OpenAPI 3, as far as a mapping is made from it; OpenAPI 3 as it is; undefined for neither. */
export function openapiOf(document: Json): Json | undefined {
  if (typeof document.openapi === 'string') return document
  if (document.swagger !== '2.0') return undefined
  const [scheme = 'https'] = Array.isArray(document.schemes) ? document.schemes.filter(one => one === 'https') : []
  const methods = ['get', 'post', 'put', 'patch', 'delete']
  return {
    ...document,
    ...(typeof document.host === 'string' && {
      servers: [{ url: `${scheme}://${document.host}${document.basePath ?? ''}` }],
    }),
    components: {
      securitySchemes: Object.fromEntries(
        entries(document.securityDefinitions).map(([name, one]) => [name, schemeOf(one)]),
      ),
    },
    paths: Object.fromEntries(
      entries(document.paths).map(([path, item]) => [
        path,
        Object.fromEntries(
          Object.entries(item).map(([key, one]) => [
            key,
            methods.includes(key) && isObject(one) ? operationOf(one) : one,
          ]),
        ),
      ]),
    ),
  }
}
