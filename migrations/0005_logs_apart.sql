-- The log moves into a table without a reference to its environment, which on Node is in a file of its own. Its rows are
-- moved there in small batches while the gateway runs; what remains of the former table is empty then.

ALTER TABLE logs RENAME TO former_logs;
DROP INDEX logs_of_parent;
DROP INDEX logs_of_connection;
DROP INDEX logs_by_time;
-- What has had its time is looked for without reading whole tables.
CREATE INDEX api_keys_by_revocation ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
