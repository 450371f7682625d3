-- What was called, never what was said: kept 30 days. On Node this migration is also applied to a file of its own, which
-- then has the rows; the table of the same name beside the tenants stays empty there.

-- What is being erased, and was erased within a day: rows of it that come late are turned away, and none is shown. The
-- file that holds the tenants is the to-do: an erasure that was cut off is carried on at the next start.
CREATE TABLE erasures (
  -- Id of an environment or integration, or uuid of a connection.
  owner TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  at TEXT NOT NULL,
  -- 0: written down; 1: the log shows nothing of it; 2: nothing is left.
  state INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX erasures_by_state ON erasures (state, owner);
CREATE INDEX erasures_by_time ON erasures (at);

-- Ids grow with time: they are the order, and the bounds of a time.
CREATE TABLE logs (
  environment_id TEXT NOT NULL,
  id TEXT NOT NULL,
  at TEXT NOT NULL,
  -- `call`: a verb of a model; `action`: an action function; `proxy`: a request passed through; `request`: one try at a provider.
  kind TEXT NOT NULL,
  -- The entry under which this one was made; both have the same request id.
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
  received_bytes INTEGER,
  PRIMARY KEY (environment_id, id)
) WITHOUT ROWID;
CREATE INDEX logs_of_request ON logs (request_id, environment_id, id);
CREATE INDEX logs_of_connection_id ON logs (environment_id, connection_id, id) WHERE connection_id IS NOT NULL;
CREATE INDEX logs_of_connection ON logs (connection) WHERE connection IS NOT NULL;
CREATE INDEX logs_of_failures ON logs (environment_id, id) WHERE code IS NOT NULL;
