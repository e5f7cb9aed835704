-- What titles, authors and tags hold, three letters at a time, so that a part of one is found
-- without reading all of them. The keys themselves stand in their tables. New ones are added in
-- the background, in the order of their ids: what is above the highest here is not in it yet.
-- (Triggers would do it as well, but FTS5 writes out what it holds in memory at each of them:
-- reading files took a quarter longer.)

CREATE VIRTUAL TABLE title_parts USING fts5(
  key, content = 'papers', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER paper_renamed AFTER UPDATE OF key ON papers
WHEN EXISTS (SELECT 1 FROM title_parts_docsize WHERE id = old.id)
BEGIN
    INSERT INTO title_parts (title_parts, rowid, key) VALUES ('delete', old.id, old.key);
    INSERT INTO title_parts (rowid, key) VALUES (new.id, new.key);
END;

CREATE TRIGGER paper_removed AFTER DELETE ON papers
WHEN EXISTS (SELECT 1 FROM title_parts_docsize WHERE id = old.id)
BEGIN
    INSERT INTO title_parts (title_parts, rowid, key) VALUES ('delete', old.id, old.key);
END;

CREATE VIRTUAL TABLE name_parts USING fts5(
  key, content = 'names', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER name_removed AFTER DELETE ON names
WHEN EXISTS (SELECT 1 FROM name_parts_docsize WHERE id = old.id)
BEGIN
    INSERT INTO name_parts (name_parts, rowid, key) VALUES ('delete', old.id, old.key);
END;
