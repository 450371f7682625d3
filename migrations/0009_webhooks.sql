-- Webhooks that were not delivered yet, and what they are signed with.

CREATE TABLE webhook_deliveries (
  -- The id that every attempt carries.
  id TEXT PRIMARY KEY NOT NULL,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  -- The connection's uuid that it is about, with which it is erased; empty where it is about none.
  connection TEXT NOT NULL,
  -- `auth`, `async_action`
  type TEXT NOT NULL,
  -- Tells receivers of the environment apart: empty for its own address, else a hash of the connection's.
  receiver TEXT NOT NULL,
  -- The body, and the connection's own address where it has one, sealed: they say whom it is about, and may hold a token.
  sealed TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- When the next attempt is due; while one is under way, until when nobody else makes one.
  next_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
);
-- Environments are gone through one by one, so that a long queue of one is not read for the others.
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (environment_id, next_at, receiver, expires_at);
CREATE INDEX webhook_deliveries_next ON webhook_deliveries (next_at);
CREATE INDEX webhook_deliveries_of_connection ON webhook_deliveries (connection);

-- JSON, sealed: the keys that deliveries are signed with, the newest first. Null until one is needed.
ALTER TABLE environments ADD COLUMN webhook_keys TEXT;
