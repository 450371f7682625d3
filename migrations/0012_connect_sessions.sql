-- Connect sessions: each lets a person sign an account in, for half an hour.

CREATE TABLE connect_sessions (
  id TEXT PRIMARY KEY NOT NULL,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  -- SHA-256 of the token, in hex. The token itself is never kept.
  hash TEXT NOT NULL UNIQUE,
  -- The uuid of the connection that is signed in again, which takes its sessions with it. Null: a new one is made.
  connection TEXT REFERENCES connections (uuid) ON DELETE CASCADE,
  -- JSON, sealed: it names people.
  held TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  bytes INTEGER GENERATED ALWAYS AS (512 + octet_length(held)) VIRTUAL
);
CREATE INDEX connect_sessions_by_size ON connect_sessions (environment_id, bytes);
CREATE INDEX connect_sessions_of_connection ON connect_sessions (connection);
CREATE INDEX connect_sessions_by_end ON connect_sessions (expires_at);
