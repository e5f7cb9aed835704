"""Bytes to lines, and what is no text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsers import MAX_BYTES, SeedError
from bot.parsers.document import Document, read_document

TEXT = "2025년 4월 25일\n제목\n(김철수, Emmanuel Candès)\n추론이 가능한가를 살펴본 논문\n#rl\n"


def read(data: bytes) -> Document:
    return read_document(data, source="x.txt")


def attempt(data: bytes) -> Document | SeedError:
    try:
        return read(data)
    except SeedError as error:
        return error


def refuse(data: bytes) -> SeedError:
    with pytest.raises(SeedError) as caught:
        read(data)
    assert caught.value.file == "x.txt"
    return caught.value


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_keep_their_numbers_whatever_ends_them(ending: str) -> None:
    document = read(ending.join(["", "a", " \t", "\u200b", "b"]).encode())
    assert document.lines == ("a", "b")
    assert document.numbers == (2, 5)


def test_only_line_ends_end_lines() -> None:
    assert read("a\x0bb\x0cc\x02d\x1ce\u2028f\x85g".encode()).lines == (
        "a\x0bb\x0cc\x02d\x1ce\u2028f\x85g",
    )


def test_text_is_normalised_and_stripped_of_marks_and_blanks() -> None:
    decomposed = unicodedata.normalize("NFD", "\ufeff\xa0가나 é\u3000\t")
    assert read(decomposed.encode()).lines == ("가나 é",)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp949", "CP949 (EUC-KR)"),
    ],
)
def test_another_encoding_is_named(encoding: str, name: str) -> None:
    text = TEXT.replace("è", "e")  # which CP949 does not have
    error = refuse(text.encode(encoding))
    assert (error.key, error.params) == ("seed.not_utf8", {"encoding": name})


def test_western_text_is_named_latin_1() -> None:
    error = refuse("Emmanuel Candès, Sercan Öz, Théo\n".encode("latin-1"))
    assert error.params == {"encoding": "Latin-1"}


def test_a_damaged_byte_is_named_with_its_line() -> None:
    lines = TEXT.encode().replace(b"\n", b"\r\n").split(b"\r\n")
    lines[3] += b"\xec\x9d"
    error = refuse(b"\r\n".join(lines))
    assert (error.key, error.line, error.params) == ("seed.damaged_utf8", 4, {"byte": "0xEC"})


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", bytes(range(256)) * 9, b"\x01\x02\xff"]
)
def test_binary_is_refused(data: bytes) -> None:
    assert refuse(data).key == "seed.binary"


def test_a_nul_is_refused_with_its_line() -> None:
    error = refuse(TEXT.encode() + b"a\0b\n")
    assert (error.key, error.line) == ("seed.binary", 6)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", " \u3000\r\n\t".encode()])
def test_nothing_but_blanks_is_refused(data: bytes) -> None:
    assert refuse(data).key == "seed.empty"


def test_eight_mebibytes_are_read_and_a_byte_more_is_refused() -> None:
    assert read(b"a" * MAX_BYTES).lines == ("a" * MAX_BYTES,)
    error = refuse(b"a" * (MAX_BYTES + 1))
    assert (error.key, error.params) == ("seed.too_big", {"limit": 8})


def test_a_letter_under_endless_accents_is_refused_with_its_line() -> None:
    accents = "\u0301\u0316" * 60
    assert read(f"a{accents}".encode()).numbers == (1,)
    error = refuse(f"text\na{accents}\u0301".encode())
    assert (error.key, error.line) == ("seed.combining", 2)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_lines_or_a_seed_error(data: bytes) -> None:
    document = attempt(data)
    if isinstance(document, SeedError):
        assert 1 <= document.line <= data.count(b"\n") + data.count(b"\r") + 1
    else:
        assert len(document.lines) == len(document.numbers)
        assert all(
            line.strip() and unicodedata.is_normalized("NFC", line) for line in document.lines
        )
