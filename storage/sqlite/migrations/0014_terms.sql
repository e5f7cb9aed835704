-- Which papers and names hold three letters: what a misspelt one is looked for by (`nearest`).

CREATE VIRTUAL TABLE title_terms USING fts5vocab(title_parts, instance);
CREATE VIRTUAL TABLE name_terms USING fts5vocab(name_parts, instance);
