/** Everything that a key may be allowed, a sentence each. The list is closed. */
export const scopes = {
  '*': 'Everything in the key’s own environment.',
  'records:read': 'Read records of customers through the unified API.',
  'records:write': 'Create, change and delete records of customers through the unified API.',
  'actions:execute': 'Trigger actions and read their results.',
  proxy: 'Send any request to a provider as a connection.',
  'integrations:read': 'List and read integrations.',
  'integrations:write': 'Make, change and delete integrations, read their client secrets, and set the hosts they call.',
  'connections:read': 'List and read connections, without their credentials.',
  'connections:credentials': 'Read the credentials of connections.',
  'connections:write': 'Make, change and delete connections and their metadata.',
  'keys:write': 'List, make and revoke keys of the environment, with no scope beyond those of the key itself.',
  'environment:read': 'Read the settings of the environment.',
  'environment:write': 'Change the settings of the environment.',
  'variables:read': 'Read environment variables.',
  'variables:write': 'Set and delete environment variables.',
  'logs:read': 'Read the log of what was called.',
  mcp: 'Nothing yet: there is no MCP endpoint.',
  'environments:manage': 'Make, list and delete environments of this deployment. Not part of `*`.',
} as const satisfies Record<string, string>

export type Scope = keyof typeof scopes

/** The names, for schemas. */
export const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]]

/** Whether a key with these scopes may do what `wanted` names. `*` is everything but to manage other environments. */
export const covers = (have: ReadonlySet<string>, wanted: Scope): boolean =>
  have.has(wanted) || (wanted !== 'environments:manage' && have.has('*'))
