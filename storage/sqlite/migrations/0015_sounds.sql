-- With the word in it, so that the words of a sound are read from the index alone: a sound of two
-- consonants has a thousand of them, all over the table.

DROP INDEX search_words_by_sound;
CREATE INDEX search_words_by_sound ON search_words (kind, sound, word) WHERE sound <> '';
