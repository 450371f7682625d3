-- Refreshing of tokens: what the last refusal said, and who refreshes a connection's token just now.

-- JSON: the code of the last refresh that brought no token, and until when no other is tried. Null: none.
ALTER TABLE connections ADD COLUMN auth_fault TEXT;

CREATE TABLE refresh_claims (
  -- The connection's uuid.
  connection TEXT PRIMARY KEY NOT NULL REFERENCES connections (uuid) ON DELETE CASCADE,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  -- Who has it: a random id of one refresh.
  holder TEXT NOT NULL,
  until TEXT NOT NULL
);
