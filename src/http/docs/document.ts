import type { Coverage } from '../../mapping/coverage.ts'
import { models } from '../../models/index.ts'
import { version } from '../../version.ts'
import type { App } from '../context.ts'
import { capital } from '../records/schemas.ts'

type Document = ReturnType<App['getOpenAPI31Document']>
/** Model → provider → what the provider can do with it. */
export type CoverageByModel = Readonly<Record<string, Readonly<Record<string, Coverage>>>>

const DESCRIPTION = `One schema for the records of every provider, for one connection at a time.

Send a key as \`Authorization: Bearer <key>\`, and with every call to a unified route the customer’s connection as
\`Connection-Id\`. A page in a browser sends a session token in place of the key, and need not name the connection. Lists answer a page and a \`next_cursor\`, which is null on the last page. What a provider cannot do
is refused, never skipped; what is wrong with a single record is one of the \`warnings\`.

Every failure is a problem (RFC 9457) with a stable \`code\`, which has a page at \`/problems/{code}\`.`

/** What each tag stands for, in the order of the reference. */
const tags: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.values(models).map(({ name, description }) => [name.charAt(0).toUpperCase() + name.slice(1), description]),
  ),
  Actions: 'Named things with an input and an output, run on behalf of a connection.',
  Runs: 'What was asked for by `X-Async`, or as a batch, and is carried out later.',
  Coverage: 'What each provider can do with each model.',
  Providers: 'What integrations can be made of.',
  Integrations: 'Providers as they are configured in an environment.',
  Connections: 'Accounts of customers on an integration.',
  'Connect sessions': 'What lets a person sign an account in, for half an hour.',
  Syncs: 'Of the documented action API; there are none.',
  Environments: 'Tenants. Keys, integrations and connections belong to exactly one.',
  Keys: 'What callers sign in with.',
  Sessions: 'What pages in a browser call with.',
  'Environment variables': 'Values that action functions read.',
  Webhooks: 'What your app is told of, and how it knows who told it.',
  Logs: 'What was called, never what was said.',
  Operations: 'Whether the gateway is up. Public.',
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
type Paths = NonNullable<Document['paths']>

const tagOf = (path: Paths[string]): string => METHODS.map(method => path[method]).find(Boolean)?.tags?.[0] ?? ''

/** Paths in the order of the tags, for readers; routes are registered in the order in which they must match. */
function inReadingOrder(paths: Paths): Paths {
  const names = Object.keys(tags)
  const rank = (path: Paths[string]) => names.indexOf(tagOf(path))
  const sorted = Object.entries(paths).sort(([a, one], [b, other]) => rank(one) - rank(other) || (a < b ? -1 : 1))
  return Object.fromEntries(
    sorted.map(([name, path]) => {
      const operations = METHODS.flatMap(method => (path[method] ? [[method, path[method]] as const] : []))
      // First taken out, so that the operations stand in the order of METHODS whatever theirs was.
      const rest = Object.fromEntries(Object.entries(path).filter(([key]) => !METHODS.some(method => method === key)))
      return [name, { ...rest, ...Object.fromEntries(operations) }]
    }),
  )
}

type Schemas = NonNullable<NonNullable<Document['components']>['schemas']>

/** The name of the schema that the member `data` of an answer refers to. */
function recordNameIn(answer: Schemas[string] | undefined): string | undefined {
  const data = answer && 'properties' in answer ? answer.properties?.data : undefined
  return data && '$ref' in data ? data.$ref.split('/').at(-1) : undefined
}

/** The schemas, each that is a model's record with its coverage as `x-coverage`. */
function withCoverage(schemas: Schemas, coverage: CoverageByModel): Schemas {
  const all = { ...schemas }
  for (const [model, providers] of Object.entries(coverage)) {
    const record = recordNameIn(all[`${capital(models[model]!.singular)}Answer`])
    if (record === undefined) throw new Error(`the document has no answer with one of ${model}`)
    all[record] = { ...all[record], 'x-coverage': providers }
  }
  return all
}

/**
 * The OpenAPI 3.1 document of an app, made from its routes. The coverage is handed in, since no route knows a provider.
 * It takes long to build, so `npm run generate` writes it to a file, and the gateway serves that.
 */
export function documentOf(app: App, coverage: CoverageByModel): Document {
  const made = app.getOpenAPI31Document(
    {
      openapi: '3.1.0',
      info: {
        title: 'Koine',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: '/', description: 'The gateway that serves this document.' }],
    },
    { unionPreferredType: 'oneOf' },
  )
  const { openapi, info, servers = [], components = {}, webhooks } = made
  const paths = inReadingOrder(made.paths ?? {})
  const used = new Set(Object.values(paths).map(tagOf))
  // Member by member, because the generator adds `parameters` that are empty.
  return {
    openapi,
    info,
    servers,
    tags: Object.entries(tags).flatMap(([name, description]) => (used.has(name) ? [{ name, description }] : [])),
    paths,
    ...(webhooks && { webhooks }),
    components: {
      ...Object.fromEntries(Object.entries(components).filter(([, named]) => Object.keys(named).length > 0)),
      schemas: withCoverage(components.schemas ?? {}, coverage),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A key of an environment. `X-Api-Key: <key>` is accepted too. A key is a secret of your servers: from a page of another origin it is refused.',
        },
        session: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'A session token of `POST /sessions`, for a page in a browser. It calls the unified routes of records for one connection, which `Connection-Id` need not name, from the origins that the environment allows.',
        },
        connectSession: { type: 'http', scheme: 'bearer', description: 'The token of a connect session.' },
      },
    },
  }
}
