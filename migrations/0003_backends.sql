-- Who carries an integration's requests out: null for Koine itself, else JSON with the backend's key sealed in it.

ALTER TABLE integrations ADD COLUMN backend TEXT;
