import type { Code } from '../problem/index.ts'

/** Problems of the backend's own failures, by the codes that it documents. */
export const OWN: Readonly<Record<string, Code>> = {
  unknown_connection: 'connection-not-found',
  unknown_provider_config: 'integration-not-found',
  unknown_provider: 'integration-not-found',
  connection_refresh_backoff: 'connection-needs-reconnect',
  connection_refresh_exhausted: 'connection-needs-reconnect',
  refresh_token_external_error: 'connection-needs-reconnect',
  invalid_credentials: 'connection-needs-reconnect',
  missing_auth_header: 'provider-forbidden',
  malformed_auth_header: 'provider-forbidden',
  unknown_account: 'provider-forbidden',
  invalid_secret_key_format: 'provider-forbidden',
  plan_limit: 'provider-forbidden',
  base_url_override_disabled: 'provider-forbidden',
  base_url_override_not_allowed: 'provider-forbidden',
  too_many_request: 'provider-rate-limited',
  missing_api_url: 'provider-unreachable',
  unsupported_provider: 'provider-unreachable',
  generic_error_support: 'provider-failed',
}
/** Problems of an action that failed at the backend, by the codes that it documents. */
export const RUN: Readonly<Record<string, Code>> = {
  disabled_resource: 'action-not-found',
  forbidden: 'provider-forbidden',
  script_api_rate_limit_error: 'provider-rate-limited',
  script_network_error: 'provider-unreachable',
  script_output_too_large: 'output-too-large',
  function_runtime_timed_out: 'action-timeout',
  execution_timeout: 'action-timeout',
  internal_server_error: 'provider-failed',
  server_error: 'provider-failed',
  action_failure: 'provider-failed',
}
/** Problems of an action that failed without a known code, by the statuses that the documentation gives. */
export const BY_STATUS: Readonly<Record<number, Code>> = {
  404: 'action-not-found',
  408: 'action-timeout',
  413: 'output-too-large',
  424: 'provider-rejected',
  429: 'provider-rate-limited',
}
/**
 * Where the backend is a gateway like this one: problems of its with our own key or requests, which our caller cannot
 * mend, and what the caller is told instead.
 */
export const INSTEAD: Readonly<Partial<Record<Code, Code>>> = {
  unauthenticated: 'provider-forbidden',
  forbidden: 'provider-forbidden',
  'rate-limited': 'provider-rate-limited',
  overloaded: 'provider-rate-limited',
  'too-many-bodies': 'provider-rate-limited',
  'quota-exceeded': 'provider-failed',
  'storage-unavailable': 'provider-failed',
  'storage-integrity': 'provider-failed',
  'not-found': 'provider-failed',
  'method-not-allowed': 'provider-failed',
  'unsupported-media-type': 'provider-failed',
  'malformed-json': 'provider-failed',
  internal: 'provider-failed',
  unavailable: 'provider-failed',
}
