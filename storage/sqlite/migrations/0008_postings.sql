-- The ranking index: what an entry says, as tokens with weights. Made from entries by the code
-- that ranks them (`meta` holds its version), so it can be emptied and made again at any time.

-- An entry that is in the index. One that changes gets a new number, numbers are not used twice:
-- postings of old ones are passed over until the index is made anew. `day` is an ordinal
-- (Python's date.toordinal).
CREATE TABLE search_documents (
  document INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id INTEGER NOT NULL UNIQUE,
  paper_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  name_size INTEGER NOT NULL,
  content TEXT NOT NULL       -- date and revision of what was read
) STRICT;

-- A token's postings in a block of documents. `key` is the block's number and the token's
-- 32-bit hash; `data` holds two bytes a document, its number in the block, ascending, and after
-- those a byte a document, weight and flags.
CREATE TABLE search_postings (
  key INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

-- What a misspelt or transliterated word or name may mean. `sound` is empty where it says too little.
CREATE TABLE search_words (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('author', 'word')),
  word TEXT NOT NULL,
  sound TEXT NOT NULL,
  UNIQUE (kind, word)
) STRICT;

CREATE INDEX search_words_by_sound ON search_words (kind, sound) WHERE sound <> '';
