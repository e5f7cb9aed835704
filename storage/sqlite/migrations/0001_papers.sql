-- Papers, digests, look-ups. Dates are ISO (YYYY-MM-DD), times are Unix seconds, `*key` columns
-- hold text as storage/text.py folds it for comparison.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A file that was read. It stays when the file disappears.
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  date TEXT NOT NULL,
  read_at INTEGER NOT NULL
) STRICT;

-- Only a paper's identity: what is known of it stands in its entries. Here and in entries,
-- AUTOINCREMENT: ids stand in Discord messages and are never given to something else.
CREATE TABLE papers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE
) STRICT;

-- What one digest says of a paper, as written. `ko` and `en` are JSON arrays of paragraphs.
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  paper_id INTEGER NOT NULL REFERENCES papers (id),
  date TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  abstract TEXT,
  ko TEXT NOT NULL,
  en TEXT NOT NULL,
  url TEXT,
  url_key TEXT,
  revision TEXT NOT NULL
) STRICT;

CREATE INDEX entries_by_date ON entries (date, position);
CREATE INDEX entries_by_paper ON entries (paper_id, date);
CREATE INDEX entries_by_revision ON entries (revision, date);
CREATE INDEX entries_by_url ON entries (url_key) WHERE url_key IS NOT NULL;

-- The files that hold an entry, word for word: two where a file was copied or renamed.
CREATE TABLE entry_sources (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (source_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_sources_by_entry ON entry_sources (entry_id);

-- Authors and tags: looked up, suggested and counted in the same ways. `name` is one spelling
-- of `key`; `papers` counts every date's, future ones too.
CREATE TABLE names (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('author', 'tag')),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  papers INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, key)
) STRICT;

CREATE INDEX names_by_papers ON names (kind, papers DESC, key);

-- `spelling` is how this entry writes the name where it differs from `names.name`.
CREATE TABLE entry_names (
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  position INTEGER NOT NULL,
  name_id INTEGER NOT NULL REFERENCES names (id),
  spelling TEXT,
  PRIMARY KEY (entry_id, kind, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_names_by_name ON entry_names (name_id, entry_id);

-- The addresses that an entry's texts name.
CREATE TABLE entry_links (
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (entry_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_links_by_key ON entry_links (key);

-- rowid = entries.id. Contentless: the text stands in entries, here are only its tokens.
CREATE VIRTUAL TABLE entry_index USING fts5 (
  title, authors, tags, abstract, ko, en,
  content = '', tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TABLE view_states (
  key TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX view_states_by_age ON view_states (created_at);
