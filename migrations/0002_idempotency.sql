-- First answers of requests with an idempotency key: sealed, for a day. `connection` is a connection's uuid, or empty.

CREATE TABLE idempotent_answers (
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  connection TEXT NOT NULL,
  -- SHA-256 of the caller's key, in hex: a key may hold anything.
  key_hash TEXT NOT NULL,
  -- SHA-256 of what was asked, in hex.
  fingerprint TEXT NOT NULL,
  -- 0: under way, or cut off before it ended; 1: answered.
  answered INTEGER NOT NULL DEFAULT 0,
  -- Until when the request may be under way.
  lease_until TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  PRIMARY KEY (environment_id, connection, key_hash)
);
CREATE INDEX idempotent_answers_by_expiry ON idempotent_answers (expires_at);

-- The sealed answer, in parts: no value of a row may pass 1 MB.
CREATE TABLE idempotent_parts (
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  connection TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  part INTEGER NOT NULL,
  text TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  PRIMARY KEY (environment_id, connection, key_hash, part)
);
CREATE INDEX idempotent_parts_by_expiry ON idempotent_parts (expires_at);
