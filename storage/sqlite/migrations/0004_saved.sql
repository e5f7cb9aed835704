-- Readers' lists. `saved_at` is in Unix milliseconds.

CREATE TABLE saved_papers (
    user_id INTEGER NOT NULL,
    paper_id INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    entry_id INTEGER NOT NULL,   -- the entry that was saved; it may be gone
    guild_id INTEGER,            -- where it was saved; null in a direct message
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, paper_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_papers_by_time ON saved_papers (user_id, saved_at);
CREATE INDEX saved_papers_by_paper ON saved_papers (paper_id);

-- An entry under another title may become another paper: who saved it keeps it, and so does who
-- saved a paper that has no entry left. Where they have saved that one too, once is enough.
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
