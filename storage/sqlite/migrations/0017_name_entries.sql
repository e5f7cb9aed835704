-- How many entries carry each name, so that the length of a tag's or an author's list is known
-- without counting it.

ALTER TABLE names ADD COLUMN entries INTEGER NOT NULL DEFAULT 0;

UPDATE names SET entries = (
  SELECT COUNT(DISTINCT entry_id) FROM entry_names WHERE name_id = names.id
);
