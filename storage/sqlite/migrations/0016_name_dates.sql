-- The entry's date beside each of its names, so that the newest entries of a tag or an author, and
-- the first and last date of a tag, are read off an index.

CREATE TABLE dated_names (
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  position INTEGER NOT NULL,
  name_id INTEGER NOT NULL REFERENCES names (id),
  spelling TEXT,
  date TEXT NOT NULL,
  PRIMARY KEY (entry_id, kind, position)
) STRICT, WITHOUT ROWID;

INSERT INTO dated_names (entry_id, kind, position, name_id, spelling, date)
SELECT entry_id, kind, entry_names.position, name_id, spelling, date
FROM entry_names JOIN entries ON entries.id = entry_names.entry_id
ORDER BY entry_id, kind, entry_names.position;

DROP TABLE entry_names;
ALTER TABLE dated_names RENAME TO entry_names;

CREATE INDEX entry_names_by_name ON entry_names (name_id, date, entry_id);
