-- Tags whose words are parted by `_` and by `-` are one: `efficient_training`, `efficient-training`.
-- The one with most papers stays, and its spelling; entries keep their own.

CREATE TABLE same_tags (
    id INTEGER PRIMARY KEY,
    survivor INTEGER NOT NULL
) STRICT;

INSERT INTO same_tags (id, survivor)
SELECT id, FIRST_VALUE(id) OVER (PARTITION BY replace(key, '_', '-') ORDER BY papers DESC, id)
FROM names
WHERE kind = 'tag' AND replace(replace(key, '_', ''), '-', '') <> '';

-- What finds parts of names holds the old keys; it is filled anew in the background.
INSERT INTO name_parts (name_parts) VALUES ('delete-all');

UPDATE entry_names
SET spelling = COALESCE(spelling, (SELECT name FROM names WHERE id = name_id)),
    name_id = (SELECT survivor FROM same_tags WHERE id = name_id)
WHERE name_id IN (SELECT id FROM same_tags WHERE survivor <> id);

DELETE FROM names WHERE id IN (SELECT id FROM same_tags WHERE survivor <> id);

UPDATE names SET key = replace(key, '_', '-')
WHERE id IN (SELECT id FROM same_tags) AND instr(key, '_');

UPDATE names SET papers = (
    SELECT COUNT(DISTINCT entries.paper_id)
    FROM entry_names JOIN entries ON entries.id = entry_names.entry_id
    WHERE entry_names.name_id = names.id
)
WHERE id IN (SELECT survivor FROM same_tags WHERE survivor <> id);

DROP TABLE same_tags;

-- Who follows both follows one.
UPDATE OR IGNORE follows SET key = replace(key, '_', '-')
WHERE kind = 'tag' AND replace(replace(key, '_', ''), '-', '') <> '';
DELETE FROM follows
WHERE kind = 'tag' AND instr(key, '_') AND replace(replace(key, '_', ''), '-', '') <> '';
