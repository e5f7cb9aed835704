"""Measure retrieval and answers on the development questions: `python -m bench.eval`.

`bench/questions/seeds.jsonl` is asked of the digests in `seeds/`, `archive.jsonl` of the archive
of 2024 if there is one (`--archive`). Weights were fitted on the split `dev`; what the other splits
are is told in docs/retrieval.md. What counts as found: the first paper is one of `papers`,
or one that meets `rule` (tag, author, date). What counts as evidence: the first 700 characters of
the answer hold one of `evidence`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.designs import LIMIT, load_entries, make_designs
from bot.answering import READ_ENTRIES, answer
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from storage.models import Entry
from storage.text import tag_key, title_key

QUESTIONS = Path(__file__).parent / "questions"
ROOT = Path(__file__).parents[1]
# The day on which the questions are asked: after every digest.
TODAY = date(2025, 12, 31)
_SEEN = 700


@dataclass(slots=True)
class _Score:
    """Sums over questions."""

    found: list[int | None] = field(default_factory=list)
    evidence: list[bool] = field(default_factory=list)
    abstained: list[tuple[bool, bool]] = field(default_factory=list)

    def hit_rate(self) -> float:
        return _mean([place == 0 for place in self.found])

    def reciprocal(self) -> float:
        return _mean([0 if place is None else 1 / (place + 1) for place in self.found])

    def abstention(self, wanted: bool) -> float:
        """Return F1 of abstaining (or of answering)."""
        right = sum(is_ == should == wanted for should, is_ in self.abstained)
        wrong = sum(is_ != should for should, is_ in self.abstained)
        return 2 * right / (2 * right + wrong) if right else 0.0


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--archive", type=Path, default=ROOT.parent / "shared" / "archive-2024")
    parser.add_argument("--designs", action="store_true", help="compare the designs as well")
    parser.add_argument("--failures", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    for name, folder in (("seeds", ROOT / "seeds"), ("archive", options.archive)):
        if not folder.is_dir():
            print(f"{name}: skipped, there is no {folder}", file=sys.stderr)  # noqa: T201
            continue
        entries = asyncio.run(load_entries(folder, today=TODAY))
        lines = (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line) for line in lines]
        print(f"## {name}: {len(entries)} papers, {len(questions)} questions\n")  # noqa: T201
        if options.designs:
            _compare(entries, folder, questions)
        _measure(entries, questions, show=options.failures)


def _compare(entries: Sequence[Entry], folder: Path, questions: Sequence[dict[str, Any]]) -> None:
    answerable = [each for each in questions if not _is_absent(each)]
    rows = []
    for name, find in make_designs(entries, folder, today=TODAY).items():
        titles = find([each["question"] for each in answerable])
        groups: dict[str, _Score] = {}
        for question, found in zip(answerable, titles, strict=True):
            place = _place(found[:LIMIT], _wanted(question, entries))
            for group in _groups(question):
                groups.setdefault(group, _Score()).found.append(place)
        rows.append((name, groups))
    _print_table(rows)


def _measure(entries: Sequence[Entry], questions: Sequence[dict[str, Any]], *, show: bool) -> None:
    started = time.perf_counter()
    by_id = {entry.id: entry for entry in entries}
    index = index_entries(entries)
    loaded = time.perf_counter()
    groups: dict[str, _Score] = {}
    for question in questions:
        query = understand(question["question"], today=TODAY, index=index)
        ranking = rank(query, index, until=TODAY, limit=LIMIT)
        read = {item.entry_id: by_id[item.entry_id] for item in ranking.items[:READ_ENTRIES]}
        said = answer(query, ranking, read, glossary=index.glossary)
        titles = [by_id[item.entry_id].paper.title for item in said.ranked]
        wrong = _record(question, entries, titles, said.text, said.abstained, groups)
        if show and wrong:
            print(f"{wrong}: {question['question']} -> {said.text[:300]!r}")  # noqa: T201
    _print_table([("the bot", groups)])
    took = time.perf_counter() - loaded
    print(  # noqa: T201
        f"analysing {loaded - started:.1f} s, {took / len(questions) * 1000:.1f} ms a question\n"
    )


def _record(
    question: dict[str, Any],
    entries: Sequence[Entry],
    titles: Sequence[str],
    text: str,
    abstained: bool,
    groups: dict[str, _Score],
) -> str:
    """Add one question to its groups; return what was wrong, if anything."""
    scores = [groups.setdefault(group, _Score()) for group in _groups(question)]
    absent, wrong = _is_absent(question), []
    for score in scores:
        score.abstained.append((absent, abstained))
    if absent != abstained:
        wrong.append("abstained" if abstained else "answered")
    if not absent:
        place = _place(titles, _wanted(question, entries))
        for score in scores:
            score.found.append(place)
        wrong += ["not first"] if place != 0 else []
    if "evidence" in question:
        seen = text[:_SEEN].casefold()
        held = any(each.casefold() in seen for each in question["evidence"])
        for score in scores:
            score.evidence.append(held)
        wrong += [] if held else ["no evidence"]
    return ", ".join(wrong)


def _groups(question: dict[str, Any]) -> tuple[str, ...]:
    """Return the groups a question counts in: split, language and, for some, kind."""
    split = question["split"]
    groups = [f"{split} all", f"{split} {question['language']}"]
    if question["kind"] == "list":
        groups.append(f"{split} lists")
    if question["kind"] == "known-tr":
        groups.append(f"{split} transliterated")
    return tuple(groups)


def _is_absent(question: dict[str, Any]) -> bool:
    return str(question["kind"]).startswith("absent")


def _wanted(question: dict[str, Any], entries: Sequence[Entry]) -> set[str]:
    if "papers" in question:
        return set(question["papers"])
    rule = question["rule"]
    return {entry.paper.title for entry in entries if _meets(entry, rule)}


def _meets(entry: Entry, rule: dict[str, str]) -> bool:
    if "tag" in rule and tag_key(rule["tag"]) not in map(tag_key, entry.tags):
        return False
    if "author" in rule and title_key(rule["author"]) not in map(title_key, entry.paper.authors):
        return False
    if "date" in rule:
        first, _, last = rule["date"].partition("..")
        return first <= entry.date.isoformat() <= last
    return True


def _place(titles: Sequence[str], wanted: set[str]) -> int | None:
    return next((place for place, title in enumerate(titles) if title in wanted), None)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _print_table(rows: Sequence[tuple[str, dict[str, _Score]]]) -> None:
    print("| design | questions | n | hit@1 | MRR@10 | evidence | F1 abstain / answer |")  # noqa: T201
    print("|---|---|---|---|---|---|---|")  # noqa: T201
    for name, groups in rows:
        for group, score in sorted(groups.items()):
            f1 = f"{score.abstention(True):.2f} / {score.abstention(False):.2f}"
            print(  # noqa: T201
                f"| {name} | {group} | {len(score.abstained) or len(score.found)} "
                f"| {f'{score.hit_rate():.2f}' if score.found else ''} "
                f"| {f'{score.reciprocal():.2f}' if score.found else ''} "
                f"| {f'{_mean(score.evidence):.2f}' if score.evidence else ''} "
                f"| {f1 if score.abstained else ''} |"
            )
    print()  # noqa: T201


if __name__ == "__main__":
    main()
