-- What each row keeps, in bytes: its texts and something for itself. The quota of an environment is the sum over these
-- indexes, which hold all that it takes.

ALTER TABLE api_keys ADD COLUMN bytes INTEGER GENERATED ALWAYS AS (512 + octet_length(name)) VIRTUAL;
ALTER TABLE environment_variables ADD COLUMN bytes INTEGER GENERATED ALWAYS AS
  (512 + octet_length(name) + octet_length(value)) VIRTUAL;
ALTER TABLE integrations ADD COLUMN bytes INTEGER GENERATED ALWAYS AS
  (1024 + coalesce(octet_length(display_name), 0) + coalesce(octet_length(credentials), 0)
   + octet_length(integration_config) + octet_length(custom) + coalesce(octet_length(backend), 0)) VIRTUAL;
ALTER TABLE connections ADD COLUMN bytes INTEGER GENERATED ALWAYS AS
  (1024 + octet_length(credentials) + octet_length(connection_config) + coalesce(octet_length(metadata), 0)
   + octet_length(tags) + coalesce(octet_length(end_user), 0)) VIRTUAL;
ALTER TABLE idempotent_parts ADD COLUMN bytes INTEGER GENERATED ALWAYS AS (512 + octet_length(text)) VIRTUAL;

DROP INDEX api_keys_of_environment;
CREATE INDEX api_keys_of_environment ON api_keys (environment_id, bytes);
CREATE INDEX environment_variables_by_size ON environment_variables (environment_id, bytes);
CREATE INDEX integrations_by_size ON integrations (environment_id, bytes);
CREATE INDEX connections_by_size ON connections (environment_id, bytes);
CREATE INDEX connections_in_order ON connections (environment_id);
CREATE INDEX idempotent_parts_by_size ON idempotent_parts (environment_id, bytes);

-- Under a key derived from the master key: what an integration sends credentials to, bound to its row. Null until the
-- row is written or sealed anew.
ALTER TABLE integrations ADD COLUMN mac TEXT;
