// What `new` writes in TypeScript: an action that answers a greeting, and a hook that does what its verb does anyway.

const title = (name: string): string =>
  name.replace(/(^|-)([a-z0-9])/g, (_, dash, c) => (dash ? ' ' : '') + c.toUpperCase())

/** An action function of a provider. */
export const actionFile = (provider: string, name: string): string => `import { createAction } from 'nango'
import { z } from 'zod'

/** ${title(name)}: docs/actions.md says what \`nango\` offers, and how to test it. */
export default createAction({
  description: '${title(name)} at ${title(provider)}.',
  version: '0.0.1',
  input: z.strictObject({ name: z.string().min(1).describe('Whom to greet.') }),
  output: z.object({ greeting: z.string() }),
  exec: async (_nango, { name }) => {
    // const { data } = await _nango.get({ endpoint: '/v1/…' })
    return { greeting: \`Hello, \${name}.\` }
  },
})
`

/** The verbs that a hook may serve. */
export const VERBS = ['list', 'get', 'create', 'update', 'delete'] as const
export type HookVerb = (typeof VERBS)[number]

const HOOKS: Readonly<Record<HookVerb, { readonly define: string; readonly body: string }>> = {
  list: {
    define: 'defineListHook',
    body: `async (context, { filters, limit, state }) => {
  const found = (await context.send({
    method: 'GET',
    path: '/people/search',
    query: { ...filters, limit, after: state as string | undefined },
  })) as { data: unknown[]; next?: string }
  return { records: found.data, next: found.next }
}`,
  },
  get: {
    define: 'defineGetHook',
    body: `async (context, { id }) => {
  const found = (await context.send({ method: 'GET', path: \`/people/\${context.segment(id)}\` })) as { data?: unknown }
  return found.data
}`,
  },
  create: {
    define: 'defineWriteHook',
    body: `async (context, { input, passThrough }) => {
  const { body: record } = context.write(input, 'create')
  const made = (await context.request('create', { record, ...(passThrough && { passThrough }) })) as { id: string }
  return { id: String(made.id) }
}`,
  },
  update: {
    define: 'defineWriteHook',
    body: `async (context, { id = '', input, passThrough }) => {
  const { body: record } = context.write(input, 'update')
  if (Object.keys(record).length > 0 || passThrough)
    await context.request('update', { id, record, ...(passThrough && { passThrough }) })
  return { id }
}`,
  },
  delete: {
    define: 'defineDeleteHook',
    body: `async (context, { id }) => {
  await context.request('delete', { id })
}`,
  },
}

/** A hook for a verb of a provider's mapping. */
export const hookFile = (provider: string, name: string, verb: HookVerb): string => {
  const { define, body } = HOOKS[verb]
  return `import { ${define} } from 'koine/hooks'

/** ${title(name)} at ${title(provider)}: docs/mapping.md says what \`context\` offers, under Hooks. */
export default ${define}(${body})
`
}

/** The line of the model's file that calls a hook. */
export const hookLine = (name: string, verb: HookVerb): string =>
  verb === 'list' ? `"list": [{ "hook": "${name}", "filters": ["…"] }, …]` : `"${verb}": { …, "hook": "${name}" }`
