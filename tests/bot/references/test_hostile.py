"""Whatever a paper is called: a file that BibTeX and reference managers read as one entry."""

from __future__ import annotations

import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st

from bot.references import make_references
from bot.references.bibtex import write_bibtex
from bot.references.ris import write_ris
from bot.render.references import render_citation
from tests import hostile
from tests.bot.references.builders import source
from tests.bot.render.discord_rules import show, units

sources = st.builds(
    source,
    hostile.lines(longest=200),
    st.lists(hostile.lines(most=3, longest=60), max_size=3),
    abstract=st.none() | hostile.texts(longest=300),
    url=st.none() | hostile.lines(longest=60).map("https://paper.example/".__add__),
)


@given(sources)
def test_a_bib_file_has_one_entry_and_balanced_braces(paper: object) -> None:
    references = make_references([paper])  # type: ignore[list-item] # st.builds loses the type
    written = write_bibtex(references)
    library = parse_string(written)
    assert library.failed_blocks == []
    assert [entry.key for entry in library.entries] == [references[0].key]
    assert len(library.blocks) == 1
    assert references[0].key.isascii()
    message = render_citation(written, name=references[0].key, language="en")
    if not message.attachments:  # in a block of code nothing else is read
        assert units(message.content) <= 2000
        assert show(message.content).effects == ["code"]


@given(sources)
def test_an_ris_file_has_one_record(paper: object) -> None:
    references = make_references([paper])  # type: ignore[list-item] # st.builds loses the type
    written = write_ris(references)
    (record,) = rispy.loads(written)
    assert record["title"] == references[0].title
    assert written.count("\nER  -") == 1
