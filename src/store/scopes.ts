/** Everything that a key can be allowed to do, with a sentence on each for the documentation. */
export const scopes = {
  '*': 'Everything in the key’s own environment.',
  'records:read': 'Read records of customers through the unified API.',
  'records:write': 'Create, change and delete records of customers through the unified API.',
  'sessions:write': 'Make session tokens, which let a page in a browser call for one connection.',
  'actions:execute': 'Trigger actions and read their results.',
  proxy: 'Send any request to a provider as a connection.',
  'integrations:read': 'List and read integrations.',
  'integrations:write': 'Make, change and delete integrations, read their client secrets, and set the hosts they call.',
  'connections:read': 'List and read connections, without their credentials.',
  'connections:credentials': 'Read the credentials of connections.',
  'connections:write': 'Make, change and delete connections and their metadata.',
  'connect_sessions:write': 'Make connect sessions, in which people sign their accounts in.',
  'keys:write': 'List, make and revoke keys of the environment, with no scope beyond those of the key itself.',
  'environment:read': 'Read the settings of the environment.',
  'environment:write':
    'Change the settings of the environment, read and rotate the keys of its webhooks, and try their receiver.',
  'variables:read': 'Read environment variables.',
  'variables:write': 'Set and delete environment variables.',
  'logs:read': 'Read the log of what was called.',
  mcp: 'Nothing yet: there is no MCP endpoint.',
  'environments:manage': 'Make, list and delete environments of this deployment. Not part of `*`.',
} as const satisfies Record<string, string>

export type Scope = keyof typeof scopes

/** The names of all scopes, as a list that a schema of their enum takes. */
export const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]]

/** Who calls, and what their key allows. */
export interface Access {
  /** Id of the environment. */
  readonly environment: string
  readonly environmentName: string
  /** Id of the key. */
  readonly key: string
  readonly scopes: ReadonlySet<string>
  /** Origins of the environment's pages, which may call with a session token. */
  readonly allowedOrigins: readonly string[]
  /** Whether pages of other origins may call with the key itself. */
  readonly allowsKeysFromBrowsers: boolean
}

/** Whether a key that has some scopes is allowed what `wanted` names. `*` allows all but managing other environments. */
export const covers = (have: ReadonlySet<string>, wanted: Scope): boolean =>
  have.has(wanted) || (wanted !== 'environments:manage' && have.has('*'))
