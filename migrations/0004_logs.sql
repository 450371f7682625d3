-- What was called, never what was said: kept 30 days. Ids grow with time, so that they are the order, too.

CREATE TABLE logs (
  id TEXT PRIMARY KEY NOT NULL,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  -- `call`: a verb of a model; `action`: an action function; `proxy`: a request passed through; `request`: one try at a provider.
  kind TEXT NOT NULL,
  -- The entry under which this one was made.
  parent TEXT,
  request_id TEXT NOT NULL,
  name TEXT NOT NULL,
  provider TEXT,
  integration TEXT,
  -- The connection's uuid, by which its entries are erased with it, and the caller's name for it.
  connection TEXT,
  connection_id TEXT,
  status INTEGER,
  code TEXT,
  attempt INTEGER,
  ms REAL NOT NULL,
  provider_ms REAL,
  sent_bytes INTEGER,
  received_bytes INTEGER
);
CREATE INDEX logs_of_environment ON logs (environment_id, id);
CREATE INDEX logs_of_parent ON logs (parent);
CREATE INDEX logs_of_connection ON logs (connection);
CREATE INDEX logs_by_time ON logs (at);
