-- What readers were told of, until they are forgotten: an old digest that a server gets late is
-- news to its readers, but not what they were told of when it was new. Mailings are kept for weeks.
-- `entry_id` is the entry that was told of; its paper may become another one.
CREATE TABLE told (
    user_id INTEGER NOT NULL REFERENCES followers (user_id) ON DELETE CASCADE,
    paper_id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, paper_id, entry_id)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO told (user_id, paper_id, entry_id)
SELECT m.subject_id, json_extract(p.value, '$.paper'), json_extract(p.value, '$.entry')
FROM mailings m
JOIN followers f ON f.user_id = m.subject_id, json_each(m.contents, '$.papers') p
WHERE m.kind = 'follow' AND m.state = 'done';

CREATE TRIGGER reader_told AFTER UPDATE OF state ON mailings
WHEN new.kind = 'follow' AND new.state = 'done'
BEGIN
    INSERT OR IGNORE INTO told (user_id, paper_id, entry_id)
    SELECT new.subject_id, json_extract(value, '$.paper'), json_extract(value, '$.entry')
    FROM json_each(new.contents, '$.papers')
    WHERE EXISTS (SELECT 1 FROM followers WHERE user_id = new.subject_id);
END;

-- What was given up is to be told by another message: whether anything is due is asked anew.
CREATE TRIGGER mail_given_up AFTER UPDATE OF state ON mailings
WHEN new.kind = 'follow' AND new.state = 'skipped'
BEGIN
    UPDATE followers SET changes = changes + 1 WHERE user_id = new.subject_id;
END;
