-- Tenants and what they configure. Times are RFC 3339 texts in UTC; JSON is text; secrets are sealed before they come here.
-- `revision` counts changes of a row: a cached copy is current if and only if its revision is.

CREATE TABLE environments (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  webhook_url TEXT,
  webhook_events TEXT NOT NULL,
  allowed_origins TEXT NOT NULL DEFAULT '[]',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY NOT NULL,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  -- SHA-256 of the key, in hex. The key itself is never kept.
  hash TEXT NOT NULL UNIQUE,
  -- Its last characters, to tell keys apart on a screen; empty where four would be too much of the key.
  last_four TEXT NOT NULL,
  scopes TEXT NOT NULL DEFAULT '["*"]',
  -- 1: it was set by the operator as KOINE_SECRET_KEY and lives as long as that setting.
  from_setting INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  revoked_at TEXT
);
CREATE INDEX api_keys_of_environment ON api_keys (environment_id);

CREATE TABLE integrations (
  id TEXT PRIMARY KEY NOT NULL,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  unique_key TEXT NOT NULL,
  provider TEXT NOT NULL,
  display_name TEXT,
  credentials TEXT,
  integration_config TEXT NOT NULL DEFAULT '{}',
  custom TEXT NOT NULL DEFAULT '{}',
  forward_webhooks INTEGER NOT NULL DEFAULT 1,
  revision INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (environment_id, unique_key)
);

CREATE TABLE connections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  connection_id TEXT NOT NULL,
  credentials TEXT NOT NULL,
  connection_config TEXT NOT NULL DEFAULT '{}',
  metadata TEXT,
  tags TEXT NOT NULL DEFAULT '{}',
  end_user TEXT,
  webhook_url_override TEXT,
  revision INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  last_fetched_at TEXT,
  UNIQUE (integration_id, connection_id)
);
CREATE INDEX connections_of_environment ON connections (environment_id, connection_id);

CREATE TABLE environment_variables (
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (environment_id, name)
);
