-- Asynchronous runs. On Node this is the queue itself; at the edge each queue is in an object of its own, with the same
-- two tables, and here stands what `GET /runs` lists.

CREATE TABLE runs (
  -- The order in which they were accepted.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  -- The queue, which the id starts with: runs of one queue are carried out in order.
  queue TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  -- The connection's uuid, or the integration's id for an action that needs no connection; it is erased with it.
  connection TEXT NOT NULL,
  -- The names by which the caller knows them; `connection_id` is empty for an action that needs no connection.
  connection_id TEXT NOT NULL,
  integration TEXT NOT NULL,
  provider TEXT NOT NULL,
  -- `action`: one that was triggered by its name; `record`: a write of the unified API, whose verb goes by that name; `batch`.
  kind TEXT NOT NULL,
  -- The action.
  name TEXT NOT NULL,
  -- `queued`, `running`, `succeeded`, `failed`, `interrupted`, `cancelled`
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Retries that were asked for, and how many of them were used.
  max_retries INTEGER NOT NULL DEFAULT 0,
  retries INTEGER NOT NULL DEFAULT 0,
  -- Times at which the gateway itself ended over it.
  interruptions INTEGER NOT NULL DEFAULT 0,
  -- 1: where it is met in flight after a kill, it may be carried out again.
  repeatable INTEGER NOT NULL DEFAULT 0,
  -- 1: a batch that is under way is to end before its next record.
  stopping INTEGER NOT NULL DEFAULT 0,
  -- Records of a batch; 0 for any other run.
  items INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  -- When it may start; null once it has ended.
  next_at TEXT,
  -- When its last attempt began; when it ended.
  started_at TEXT,
  ended_at TEXT,
  -- The problem that it ended with, or that its last attempt did.
  code TEXT,
  request_id TEXT NOT NULL,
  -- 0: it has ended, or changed, and nobody was told yet.
  told INTEGER NOT NULL DEFAULT 1,
  -- When what it was given and what came of it are erased; the row itself stays for as long as the log.
  expires_at TEXT NOT NULL
);
CREATE INDEX runs_open ON runs (queue, seq) WHERE next_at IS NOT NULL;
CREATE INDEX runs_untold ON runs (seq) WHERE told = 0;
CREATE INDEX runs_of_environment ON runs (environment_id, seq);
CREATE INDEX runs_of_connection ON runs (connection, seq);
CREATE INDEX runs_by_end ON runs (expires_at);

-- Records of batches that were begun, by their place; what came of them is in `run_parts`.
CREATE TABLE run_items (
  run TEXT NOT NULL,
  item INTEGER NOT NULL,
  environment_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  -- `running`, `succeeded`, `failed`, `interrupted`
  state TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  PRIMARY KEY (run, item)
);
CREATE INDEX run_items_of_environment ON run_items (environment_id);
CREATE INDEX run_items_of_connection ON run_items (connection);
CREATE INDEX run_items_by_end ON run_items (expires_at);

-- What runs were given (`input`) and what came of them (`result`, or `item/<place>`), sealed, in parts below 1 MB.
CREATE TABLE run_parts (
  run TEXT NOT NULL,
  kind TEXT NOT NULL,
  part INTEGER NOT NULL,
  environment_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  text TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  bytes INTEGER GENERATED ALWAYS AS (512 + octet_length(text)) VIRTUAL,
  PRIMARY KEY (run, kind, part)
);
CREATE INDEX run_parts_by_size ON run_parts (environment_id, bytes);
CREATE INDEX run_parts_of_connection ON run_parts (connection);
CREATE INDEX run_parts_by_end ON run_parts (expires_at);
