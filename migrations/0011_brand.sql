-- What the connect page of an environment shows of its owner.

-- JSON: {"name","color","logo"}, each a text or null. Null: none of them.
ALTER TABLE environments ADD COLUMN brand TEXT;
