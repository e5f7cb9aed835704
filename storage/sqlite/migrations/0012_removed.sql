-- Entries that no file holds any more, and what they are recognised by: what was posted of them, told
-- and saved is known by their ids, which they get back when a file of that date holds them again.
-- `title` is a key, `authors` are keys in JSON, `body` is folded and cut.
CREATE TABLE removed_entries (
    entry_id INTEGER PRIMARY KEY,
    paper_id INTEGER NOT NULL,
    date TEXT NOT NULL,
    revision TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX removed_entries_by_date ON removed_entries (date);
CREATE INDEX removed_entries_by_title ON removed_entries (title);

-- What comes back is below the highest id that is indexed, above which the others are looked for.
CREATE TRIGGER paper_returned AFTER INSERT ON papers
WHEN new.id <= (SELECT MAX(id) FROM title_parts_docsize)
BEGIN
    INSERT INTO title_parts (rowid, key) VALUES (new.id, new.key);
END;

-- What readers saved stays on their lists while its paper is away, and is not shown.
DROP TRIGGER saved_entry_moved;

CREATE TABLE saved_papers_kept (
    user_id INTEGER NOT NULL,
    paper_id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,   -- the entry that was saved; it may be gone
    guild_id INTEGER,            -- where it was saved; null in a direct message
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, paper_id)
) STRICT, WITHOUT ROWID;

INSERT INTO saved_papers_kept (user_id, paper_id, entry_id, guild_id, saved_at)
SELECT user_id, paper_id, entry_id, guild_id, saved_at FROM saved_papers;

DROP TABLE saved_papers;
ALTER TABLE saved_papers_kept RENAME TO saved_papers;

CREATE INDEX saved_papers_by_time ON saved_papers (user_id, saved_at);
CREATE INDEX saved_papers_by_paper ON saved_papers (paper_id);

CREATE TRIGGER saved_entry_moved AFTER UPDATE OF paper_id ON entries
WHEN new.paper_id <> old.paper_id
BEGIN
    UPDATE OR IGNORE saved_papers SET paper_id = new.paper_id
    WHERE paper_id = old.paper_id
      AND (
        entry_id = new.id
        OR NOT EXISTS (SELECT 1 FROM entries WHERE paper_id = old.paper_id)
      );
END;
