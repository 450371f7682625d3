-- 1: pages of other origins may call with a key of the environment.
ALTER TABLE environments ADD COLUMN allow_keys_from_browsers INTEGER NOT NULL DEFAULT 0;
