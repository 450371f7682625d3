-- Attempts to sign an account in at its provider's page: begun, and what came of them. Each lives for half an hour.

CREATE TABLE sign_ins (
  -- SHA-256 of the attempt's id, in hex. The id itself is never kept.
  id TEXT PRIMARY KEY NOT NULL,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  -- The id of the connect session, which takes its attempts with it.
  session TEXT NOT NULL REFERENCES connect_sessions (id) ON DELETE CASCADE,
  -- SHA-256 of the `state` that the provider gives back; null where nothing is waited for.
  state TEXT UNIQUE,
  -- 1: the provider gave it back, which it may do once.
  taken INTEGER NOT NULL DEFAULT 0,
  -- JSON, sealed: who signs in where, the code verifier, then the token until an account is chosen, then the outcome.
  held TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  bytes INTEGER GENERATED ALWAYS AS (512 + octet_length(held)) VIRTUAL
);
CREATE INDEX sign_ins_by_size ON sign_ins (environment_id, bytes);
CREATE INDEX sign_ins_of_session ON sign_ins (session);
CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);
