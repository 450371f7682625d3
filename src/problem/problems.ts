/** Who failed: the caller, this gateway, or the provider behind it. */
export type Source = 'caller' | 'gateway' | 'provider'

/** One thing that can go wrong. */
export interface Row {
  readonly status: number
  readonly title: string
  readonly source: Source
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean
  /** What happened, in a sentence or two, for the page of this problem. */
  readonly description: string
  /** What the reader should do. */
  readonly remedy: string
  /** The code that clients of the documented action API know it by (`error.code`), where they act on one. */
  readonly documented?: string
}

/**
 * Everything that can go wrong. The statuses of answers, the responses in the OpenAPI document, `docs/problems.md` and
 * the pages under `/problems/{code}` are made from this table.
 */
export const problems = {
  'malformed-json': {
    status: 400,
    title: 'Malformed JSON',
    source: 'caller',
    retryable: false,
    description: 'The body of the request is not valid JSON.',
    remedy: 'Send one JSON value, encoded in UTF-8.',
  },
  'bad-parameter': {
    status: 400,
    title: 'Bad parameter',
    source: 'caller',
    retryable: false,
    description: 'A path, query or header parameter is unknown, missing or has a value that is not allowed.',
    remedy: 'See `errors` for each parameter and its rule.',
  },
  'bad-cursor': {
    status: 400,
    title: 'Bad cursor',
    source: 'caller',
    retryable: false,
    description:
      'The cursor was not made by this gateway for this connection, model and query, or the provider no longer accepts it.',
    remedy: 'Start again without a cursor, and repeat the other parameters unchanged on every page.',
  },
  'connection-test-failed': {
    status: 400,
    title: 'Connection test failed',
    source: 'caller',
    retryable: false,
    description: 'The provider refuses the credentials of the connection, so nothing was kept.',
    remedy: 'Send the right credentials, or `?verify=false` to keep them as they are.',
    documented: 'connection_test_failed',
  },
  'sign-in-failed': {
    status: 400,
    title: 'Sign-in failed',
    source: 'caller',
    retryable: false,
    description: 'The account could not be connected in this way.',
    remedy:
      'See `error.code`: `account_choice_needed` wants the connect page, `auth_mode_not_supported` another way to sign in, `integration_not_configured` the OAuth client of the integration, `no_account` an account at the provider.',
  },
  'webhook-url-missing': {
    status: 400,
    title: 'No webhook URL',
    source: 'caller',
    retryable: false,
    description: 'The environment has no `webhook_url` that a webhook could be sent to.',
    remedy: 'Set `webhook_url` by `PATCH /environment`.',
  },
  unauthenticated: {
    status: 401,
    title: 'Unauthenticated',
    source: 'caller',
    retryable: false,
    description: 'The request carries no key, or one that does not exist or was revoked.',
    remedy: 'Send `Authorization: Bearer <key>` with a key of the environment.',
  },
  'session-ended': {
    status: 401,
    title: 'Session ended',
    source: 'caller',
    retryable: false,
    description:
      'The session token has expired, or what it was made with is gone: its key was revoked, or its connection was deleted.',
    remedy: 'Let your server make another by `POST /sessions`, and repeat the request with that.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    source: 'caller',
    retryable: false,
    description: 'The key lacks the scope that this operation asks for.',
    remedy: 'Use a key with the scope named in `detail`.',
  },
  'outside-session': {
    status: 403,
    title: 'Outside session',
    source: 'caller',
    retryable: false,
    description:
      'A session token calls the unified routes of records, for the connection, models and verbs that it was made for, and nothing else.',
    remedy:
      'Make a token that allows the call by `POST /sessions`, or let your server make the call with a key; `detail` says what is not allowed.',
  },
  'origin-not-allowed': {
    status: 403,
    title: 'Origin not allowed',
    source: 'caller',
    retryable: false,
    description:
      'The page is of an origin that neither `allowed_origins` of the environment nor the session token allows.',
    remedy:
      'Add the origin to `allowed_origins` by `PATCH /environment`; a token with `origins` wants it among those, too.',
  },
  'key-in-browser': {
    status: 403,
    title: 'Key in a browser',
    source: 'caller',
    retryable: false,
    description:
      'The request carries a key and comes from a page of another origin. Whoever opens that page can read the key and use it for everything that it allows.',
    remedy:
      'Revoke the key. Let your server make a session token by `POST /sessions`, and give the page that. `allow_keys_from_browsers` of the environment lifts this for tools that only you open.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    source: 'caller',
    retryable: false,
    description: 'There is nothing at this address.',
    remedy: 'Look the path up in the API reference at `/docs`.',
  },
  'connection-not-found': {
    status: 404,
    title: 'Connection not found',
    source: 'caller',
    retryable: false,
    description: 'No connection of this environment has that connection id, or it belongs to another integration.',
    remedy: 'Check `Connection-Id` and `Provider-Config-Key`; `GET /connections` lists what there is.',
  },
  'integration-not-found': {
    status: 404,
    title: 'Integration not found',
    source: 'caller',
    retryable: false,
    description: 'No integration of this environment has that unique key.',
    remedy: 'Check `Provider-Config-Key`; `GET /integrations` lists what there is.',
  },
  'action-not-found': {
    status: 404,
    title: 'Action not found',
    source: 'caller',
    retryable: false,
    description: 'The integration has no action of that name.',
    remedy: 'Check the name of the action.',
  },
  'record-not-found': {
    status: 404,
    title: 'Record not found',
    source: 'provider',
    retryable: false,
    description: 'The provider has no such record, or it was deleted.',
    remedy: 'Check the id; ids are those of the provider.',
  },
  'connection-ambiguous': {
    status: 409,
    title: 'Connection ambiguous',
    source: 'caller',
    retryable: false,
    description: 'Several integrations of this environment have a connection with that id.',
    remedy: 'Name the integration with `Provider-Config-Key`.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    source: 'provider',
    retryable: false,
    description: 'The provider already has such a record, or the record was changed in the meantime.',
    remedy: 'Read the record again, then decide.',
  },
  'already-exists': {
    status: 409,
    title: 'Already exists',
    source: 'caller',
    retryable: false,
    description: 'The environment already has something of that name.',
    remedy: 'Choose another name, or change what there is.',
  },
  'idempotency-busy': {
    status: 409,
    title: 'Idempotency key busy',
    source: 'caller',
    retryable: true,
    description: 'A request with the same idempotency key is still being carried out.',
    remedy: 'Wait and send the same request again.',
  },
  'idempotency-unknown': {
    status: 409,
    title: 'Idempotency outcome unknown',
    source: 'gateway',
    retryable: false,
    description:
      'The first request with this idempotency key was cut off before it was answered. Whether the provider carried it out is not known.',
    remedy: 'Look at the provider’s records, then send what is still missing with a new key.',
  },
  'run-not-found': {
    status: 404,
    title: 'Run not found',
    source: 'caller',
    retryable: false,
    description: 'The environment has no run of that id, or it ended more than 30 days ago.',
    remedy: 'Ask for the id that the answer 202 gave, with a key of the same environment.',
  },
  'run-not-ended': {
    status: 404,
    title: 'Run not ended',
    source: 'gateway',
    retryable: true,
    description: 'The run waits for its turn or is under way. 404 is what clients of the documented action API expect.',
    remedy: 'Ask again later, or ask `GET /runs/{id}`, which says how far it is.',
  },
  'run-under-way': {
    status: 409,
    title: 'Run under way',
    source: 'gateway',
    retryable: true,
    description: 'An attempt at the run is under way, and what it has sent cannot be taken back.',
    remedy: 'Ask `GET /runs/{id}` what came of it.',
  },
  'run-interrupted': {
    status: 500,
    title: 'Run interrupted',
    source: 'gateway',
    retryable: false,
    description:
      'The gateway ended while an attempt was under way that may not be made twice. Whether the provider carried it out is not known.',
    remedy:
      'Look at the provider’s records, then ask for what is missing once more. An action function that may be repeated says `idempotent: true`, and is resumed.',
  },
  'run-cancelled': {
    status: 500,
    title: 'Run cancelled',
    source: 'caller',
    retryable: false,
    description: 'The run was cancelled before an attempt came to its end.',
    remedy: 'Ask for it anew if it is wanted after all.',
  },
  'run-expired': {
    status: 410,
    title: 'Run expired',
    source: 'gateway',
    retryable: false,
    description: 'What the run was given and what came of it were erased, five days after it was accepted.',
    remedy: 'Ask for it anew.',
  },
  'concurrent-change': {
    status: 409,
    title: 'Concurrent change',
    source: 'caller',
    retryable: true,
    description: 'Others kept changing the same thing at the same time, so this change was not made.',
    remedy: 'Wait for `retry_after` seconds and send the same request again.',
  },
  'idempotency-not-kept': {
    status: 409,
    title: 'Idempotent answer not kept',
    source: 'gateway',
    retryable: false,
    description:
      'The first request with this idempotency key was carried out and answered. Its answer was too large to be kept, so it cannot be given again.',
    remedy: 'Read what the first request made from the provider; a new request wants a new key.',
  },
  'invalid-body': {
    status: 400,
    title: 'Invalid body',
    source: 'caller',
    retryable: false,
    description: 'The body is not what this operation of the documented action API takes.',
    remedy: 'See `errors`: each names a member and its rule.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    source: 'caller',
    retryable: false,
    description: 'The address exists, but not for this method.',
    remedy: 'Use a method that the `Allow` header names.',
  },
  'body-too-large': {
    status: 413,
    title: 'Body too large',
    source: 'caller',
    retryable: false,
    description: 'The body of the request is larger than the gateway accepts.',
    remedy: 'Send less; `detail` names the limit.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    source: 'caller',
    retryable: false,
    description: 'The body of the request is not declared as JSON.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  'invalid-field': {
    status: 422,
    title: 'Invalid field',
    source: 'caller',
    retryable: false,
    description: 'A field of the record has a value that is not allowed, or that this provider cannot hold.',
    remedy: 'See `errors`: each names the field, the rule in `code` and what would be accepted.',
  },
  'unknown-field': {
    status: 422,
    title: 'Unknown field',
    source: 'caller',
    retryable: false,
    description: 'The body has a field that the model does not have.',
    remedy: 'Remove it, or send it in `pass_through` if it is the provider’s own.',
  },
  'unsupported-filter': {
    status: 422,
    title: 'Unsupported filter',
    source: 'caller',
    retryable: false,
    description: 'The provider cannot filter so, alone or together with what else was asked.',
    remedy: 'Use a combination that `errors` names; it is never applied only in part.',
  },
  'unsupported-sort': {
    status: 422,
    title: 'Unsupported sort',
    source: 'caller',
    retryable: false,
    description: 'The provider cannot sort so, alone or together with what else was asked.',
    remedy: 'Use a sort that `errors` names.',
  },
  'unsupported-field': {
    status: 422,
    title: 'Unsupported field',
    source: 'caller',
    retryable: false,
    description: '`fields` names something that the model does not have.',
    remedy: 'Name fields of the model.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'Idempotency key mismatch',
    source: 'caller',
    retryable: false,
    description: 'The idempotency key was used before with another body.',
    remedy: 'Use a new key for a new request.',
  },
  'rate-limited': {
    status: 429,
    title: 'Rate limited',
    source: 'gateway',
    retryable: true,
    description: 'The key made more requests than the gateway allows it.',
    remedy: 'Wait for `retry_after` seconds; `RateLimit-*` headers show the budget.',
  },
  'provider-rate-limited': {
    status: 429,
    title: 'Provider rate limited',
    source: 'provider',
    retryable: true,
    description:
      'The provider refuses more requests for now, or the quota of the account is spent; or what it takes leaves no room within the time of the call, which then was not sent.',
    remedy: 'Wait for `retry_after` seconds where it is given.',
  },
  'connection-needs-reconnect': {
    status: 424,
    title: 'Connection needs reconnect',
    source: 'provider',
    retryable: false,
    description: 'The provider no longer accepts the credentials of this connection.',
    remedy: 'Let the customer sign in again, then repeat the request.',
  },
  'scope-missing': {
    status: 403,
    title: 'Scope missing',
    source: 'provider',
    retryable: false,
    description: 'The customer’s sign-in does not include a permission that this operation needs.',
    remedy: 'Ask for the scope and let the customer sign in again.',
  },
  'provider-forbidden': {
    status: 403,
    title: 'Provider forbidden',
    source: 'provider',
    retryable: false,
    description: 'The provider does not let this account do that.',
    remedy: 'See `upstream.message`; the customer’s administrator may be able to allow it.',
  },
  'provider-rejected': {
    status: 422,
    title: 'Provider rejected',
    source: 'provider',
    retryable: false,
    description: 'The provider understood the request and refused it.',
    remedy: 'See `upstream.code` and `upstream.message`.',
  },
  'provider-failed': {
    status: 502,
    title: 'Provider failed',
    source: 'provider',
    retryable: true,
    description: 'The provider answered with a failure of its own.',
    remedy: 'Try again later.',
  },
  'provider-unreachable': {
    status: 502,
    title: 'Provider unreachable',
    source: 'provider',
    retryable: true,
    description: 'The provider could not be reached, or the address is not one that the gateway may call.',
    remedy: 'Try again later; check `integration_config.base_url` if it is set.',
  },
  'provider-answer-unreadable': {
    status: 502,
    title: 'Provider answer unreadable',
    source: 'provider',
    retryable: true,
    description: 'The provider’s answer was not what its interface promises, was cut short, or was too large.',
    remedy: 'Try again; if it stays so, the mapping may need an update.',
  },
  'provider-timeout': {
    status: 504,
    title: 'Provider timeout',
    source: 'provider',
    retryable: true,
    description: 'The provider did not answer in time.',
    remedy: 'Try again later. A write may have been carried out: read before you repeat it.',
  },
  'action-input-invalid': {
    status: 400,
    title: 'Action input invalid',
    source: 'caller',
    retryable: false,
    description: 'The input of the action is not what it expects.',
    remedy: 'See `errors`: each names a place in the input and the rule.',
  },
  'action-failed': {
    status: 400,
    title: 'Action failed',
    source: 'gateway',
    retryable: false,
    description: 'The action function ended with an error of its own.',
    remedy: 'See `error.message` and `error.payload`; the function’s author knows them.',
  },
  'action-timeout': {
    status: 408,
    title: 'Action timeout',
    source: 'gateway',
    retryable: true,
    description: 'The action took longer than it may; its requests to the provider were cancelled.',
    remedy: 'Ask for less at once, or run it asynchronously. What it wrote before stays written.',
  },
  'output-too-large': {
    status: 413,
    title: 'Output too large',
    source: 'gateway',
    retryable: false,
    description: 'The output of the action is larger than an answer may be.',
    remedy: 'Ask for less at once, or read from the provider through `/proxy`.',
  },
  'quota-exceeded': {
    status: 507,
    title: 'Quota exceeded',
    source: 'caller',
    retryable: false,
    description: 'The environment keeps as much as it may, so nothing more is stored for it.',
    remedy:
      'Delete what is no longer needed; `detail` says what may be kept. Answers of idempotent requests go after a day.',
  },
  'storage-integrity': {
    status: 500,
    title: 'Storage integrity',
    source: 'gateway',
    retryable: false,
    description:
      'What is stored of the connection or its integration does not open: it was altered by somebody without the master key, moved from another row, or sealed with a master key that the gateway no longer has. Nothing is sent to the provider.',
    remedy:
      'The log names the row by its ids (`storage: "refused"`): restore it from a backup, make it anew, or list the former key in `KOINE_MASTER_KEY`.',
  },
  'unsupported-verb': {
    status: 501,
    title: 'Unsupported verb',
    source: 'gateway',
    retryable: false,
    description: 'The model exists, but this provider cannot do that with it, or has no such model.',
    remedy: '`GET /coverage` shows what each provider can do.',
  },
  'syncs-not-supported': {
    status: 501,
    title: 'Syncs not supported',
    source: 'gateway',
    retryable: false,
    description:
      'There are no syncs, as the gateway keeps no copy of customers’ records: ask for them when you need them, by `GET /contacts` and the other models, with `updated_after` for what changed.',
    remedy: '`GET /coverage` shows what each provider can list and filter; `/proxy` reaches everything else.',
  },
  'not-offered': {
    status: 501,
    title: 'Not offered',
    source: 'gateway',
    retryable: false,
    description: 'The documented action API has this operation; the gateway leaves it out on purpose.',
    remedy: 'See `detail`: it says what to use in its place.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    source: 'gateway',
    retryable: true,
    description: 'The gateway failed. The log has an entry with the request id in `instance`.',
    remedy: 'Try again; if it stays so, report the request id.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    source: 'gateway',
    retryable: true,
    description:
      'Too many calls to this host of the provider are under way or waiting for this connection, or for its environment. This one was not sent.',
    remedy: 'Wait for `retry_after` seconds; make fewer calls at once for one connection.',
  },
  'too-many-bodies': {
    status: 503,
    title: 'Too many bodies',
    source: 'gateway',
    retryable: true,
    description:
      'The gateway is receiving as many large bodies as it holds at once, of this key or of all together. This one was not read to its end, and nothing was carried out.',
    remedy: 'Wait for `retry_after` seconds; send fewer bodies over 64 KiB side by side.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    source: 'gateway',
    retryable: true,
    description: 'The gateway is not ready: its storage or its migrations are not there yet, or it is shutting down.',
    remedy: 'Try again later.',
  },
  'storage-unavailable': {
    status: 503,
    title: 'Storage unavailable',
    source: 'gateway',
    retryable: true,
    description:
      'The gateway’s own storage does not answer: it is locked by another process, full, read-only, damaged or gone. Whether a change was made is not known.',
    remedy:
      'Try again later. Who runs the gateway finds the storage’s own code in the log, in the entry with the request id in `instance`.',
  },
} as const satisfies Record<string, Row>

/** The stable name of a failure. */
export type Code = keyof typeof problems
