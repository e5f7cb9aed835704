"""What the command line does; results on stdout, everything else on stderr."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from tqdm import tqdm

from bot import app
from bot.batch import read_batch
from bot.clock import Clock
from bot.doctor import Level, examine
from bot.due import find_next
from bot.errors import DomainError
from bot.ingest import Repeats, check, draft_to_json, ingest
from bot.library import Found, Library
from bot.messages import pick_language, say
from bot.parking import recall_reason
from bot.parsers import SeedError
from bot.safety.lock import hold_lock
from bot.safety.soundness import open_beside, require_there
from bot.schedule import NextDelivery, local_day
from bot.settings import Settings
from bot.terminal import count, printable
from storage.base import StorageError, Store
from storage.models import DigestDraft, Hit, Subscription
from storage.sqlite.inspection import inspect_file
from storage.sqlite.restoring import finish_restoring, lay_beside

Command = Callable[[argparse.Namespace, Settings, Clock], Awaitable[int]]

MANY_FILES = 50
_LARGEST = 2**63 - 1  # of SQLite's integers


def positive(text: str) -> int:
    """Return a whole number of at least 1 that SQLite can hold, for argparse.

    Raises:
        ValueError: it is not one.
    """
    number = int(text)
    if not 1 <= number <= _LARGEST:
        raise ValueError(text)
    return number


async def run(_options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Run the bot until it is stopped."""
    await app.run(settings, clock=clock)
    return 0


async def check_paths(options: argparse.Namespace, settings: Settings, _clock: Clock) -> int:
    """Say of each file what it holds, or why it cannot be understood."""
    failed, is_empty = False, True
    repeats = Repeats()
    paths = options.paths or [settings.seeds_dir]
    with _progress() as progress:
        for result in check(
            paths,
            progress=progress,
            remark=lambda doubt: _complain(str(doubt)),
        ):
            is_empty = False
            if isinstance(result, SeedError):
                failed = True
                _complain(str(result))
                continue
            if options.json:
                _print_json(draft_to_json(result))
            else:
                _print(_describe(result))
            for repeated in repeats.find(result):
                _complain(str(repeated))
    if is_empty:
        _complain(say("en", "seed.none", folders=", ".join(map(str, paths))))
    return int(failed)


async def ingest_paths(options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Read files into the store."""
    async with open_beside(settings, now=clock()) as store:
        with _progress() as progress:
            summary = await ingest(
                options.paths or [settings.seeds_dir],
                store,
                root=settings.seeds_dir,
                now=clock(),
                progress=progress,
            )
    for error in summary.errors:
        _complain(str(error))
    counts = {
        "files": summary.files,
        "unchanged": summary.unchanged,
        "added": summary.added,
        "changed": summary.changed,
        "removed": summary.removed,
        "errors": len(summary.errors),
    }
    if options.json:
        _print_json(counts)
    else:
        files = count(summary.files, "file")
        _print(
            f"{files} ({summary.unchanged} unchanged, {len(summary.errors)} refused); "
            f"papers: {summary.added} added, {summary.changed} changed, {summary.removed} removed"
        )
    return int(bool(summary.errors))


async def search(options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Print what matches, best first."""

    async def find(library: Library, query: str, today: date) -> dict[str, Any]:
        found = await library.search(query, today=today, offset=0, limit=options.limit)
        results = [_hit_to_json(hit) for hit in found.items]
        unmet = {"unmet": sorted(found.unmet)} if found.unmet else {}
        return {"query": query, "results": results, **unmet}

    return await _look_up(options, settings, clock, options.query, find, _print_results)


async def ask(options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Print an answer that quotes the digests, or that there is none."""

    async def answer(library: Library, question: str, today: date) -> dict[str, Any]:
        language = pick_language(question, "en")
        found = await library.ask(question, language=language, today=today)
        return {"question": question, **_answer_to_json(found)}

    return await _look_up(options, settings, clock, options.question, answer, _print_answer)


async def _look_up(
    options: argparse.Namespace,
    settings: Settings,
    clock: Clock,
    text: str | None,
    find: Callable[[Library, str, date], Awaitable[dict[str, Any]]],
    show: Callable[[dict[str, Any]], None],
) -> int:
    """Print what `find` finds for the text, or for each line of a batch."""
    today = local_day(settings.digest_timezone, clock())
    async with open_beside(settings, now=clock()) as store:
        await _require_papers(store)
        with closing(Library(store)) as library:
            if text is not None:
                found = await find(library, text, today)
                (_print_json if options.json else show)(found)
                return 0
            failed = False
            for item in read_batch(options.batch):
                if isinstance(item, DomainError):
                    failed = True
                    _complain(say("en", item.key, **item.params))
                else:
                    _print_json({"id": item.id, **await find(library, item.question, today)})
            return int(failed)


async def status(options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Print what the store holds and what each channel is posted next."""
    now = clock()
    until = local_day(settings.digest_timezone, now)
    async with open_beside(settings, now=clock()) as store:
        dates = await store.list_dates(until=until)
        papers = await store.count_papers(until=until)
        channels = [
            (each, await _find_coming(store, each, now))
            for each in await store.list_subscriptions()
        ]
    latest = dates[-1].isoformat() if dates else None
    if options.json:
        shown = [_channel_to_json(each, coming, now) for each, coming in channels]
        _print_json({"papers": papers, "digests": len(dates), "latest": latest, "channels": shown})
        return 0
    held = f"{count(papers, 'paper')} in {count(len(dates), 'digest')}"
    _print(f"{held}, latest {latest or 'none'}")
    for subscription, coming in channels:
        _print(_describe_channel(subscription, coming))
    return 0


async def backup(options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Write a checked copy of the database, which has to be there."""
    if not settings.database_path.exists():
        require_there(settings, now=clock())
        raise StorageError("storage.missing", path=str(settings.database_path))
    async with open_beside(settings, now=clock()) as store:
        await store.backup(options.file)
    if options.json:
        _print_json({"file": str(options.file)})
    else:
        _print(f"Saved to {options.file}")
    return 0


async def restore(options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Put a copy in the database's place, and keep the old one beside it."""
    database = settings.database_path
    async with hold_lock(database, seconds=0):
        aside = await asyncio.to_thread(_restore, options.file, database, clock())
    found = await asyncio.to_thread(inspect_file, database)
    newest = found.newest.isoformat() if found.newest else None
    if options.json:
        kept = str(aside) if aside else None
        _print_json({"file": str(options.file), "newest": newest, "kept": kept})
        return 0
    _print(f"Restored {options.file}, newest digest {newest or 'none'}")
    if aside is not None:
        _print(f"The database before it is kept as {aside}")
    return 0


def _restore(copy: Path, database: Path, now: datetime) -> Path | None:
    try:
        lay_beside(copy, database, moment=f"{now:%Y%m%d-%H%M%S}")
        return finish_restoring(database)
    except StorageError as error:
        if error.key == "storage.corrupt":  # its own sentence advises what is being done
            raise StorageError("storage.copy_damaged", path=str(copy)) from error
        raise
    except OSError as error:
        detail = error.strerror or str(error)
        raise StorageError("storage.unusable", path=str(database), detail=detail) from error


async def doctor(options: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Say what is wrong with the set-up, and how to mend it."""
    findings = []
    async for finding in examine(settings, options.problems, clock):
        findings.append(finding)
        if not options.json:
            _print(f"{finding.level:<4}  {finding.name:<12}  {finding.text}")
    failed = any(finding.level is Level.FAIL for finding in findings)
    if options.json:
        checks = [finding._asdict() for finding in findings]
        _print_json({"ok": not failed, "checks": checks})
    return int(failed)


async def _require_papers(store: Store) -> None:
    if not await store.list_fingerprints():
        raise StorageError("notice.empty_store")


async def _find_coming(
    store: Store, subscription: Subscription, now: datetime
) -> NextDelivery | None:
    """Return the next delivery of a channel that is posted to."""
    is_on = subscription.active and not subscription.parked
    return await find_next(store, subscription, now=now) if is_on else None


def _channel_to_json(
    subscription: Subscription, coming: NextDelivery | None, now: datetime
) -> dict[str, Any]:
    return {
        "channel": subscription.channel_id,
        "active": subscription.active,
        "parked": subscription.parked,
        "today": local_day(subscription.timezone, now).isoformat(),
        "next": coming.at.isoformat() if coming else None,
        "digests": [day.isoformat() for day in coming.dates] if coming else [],
    }


def _describe_channel(subscription: Subscription, coming: NextDelivery | None) -> str:
    """Return a line on a channel, with the time on its own clocks."""
    channel = subscription.channel_id
    if not subscription.active:
        return f"channel {channel}: ended by /unsubscribe"
    if reason := recall_reason(subscription):
        return f"channel {channel}: parked. {say('en', reason.key, **reason.params)}"
    if coming is None:
        return f"channel {channel}: nothing is waiting"
    at = coming.at.astimezone(ZoneInfo(subscription.timezone))
    digests = ", ".join(day.isoformat() for day in coming.dates)
    return f"channel {channel}: {digests} at {at:%Y-%m-%d %H:%M} ({subscription.timezone})"


def _answer_to_json(found: Found) -> dict[str, Any]:
    answer = found.answer
    return {
        "abstained": answer.abstained,
        "answer": answer.text,
        "citations": [
            {
                "title": each.title,
                "date": each.date.isoformat(),
                "language": each.language,
                "quote": each.quote,
            }
            for each in answer.citations
        ],
        "ranked": [
            found.entries[item.entry_id].paper.title
            for item in answer.ranked
            if item.entry_id in found.entries
        ],
    }


def _print_answer(found: dict[str, Any]) -> None:
    _print(found["answer"])


def _print_results(found: dict[str, Any]) -> None:
    for result in found["results"]:
        tags = " ".join(f"#{tag}" for tag in result["tags"])
        _print(f"{result['date']}  {result['title']}  {tags}")
    for unmet in found.get("unmet", ()):
        _complain(say("en", f"answer.no_{unmet}"))
    if not found["results"]:
        key = "search_not_found" if found["query"].strip() else "query_empty"
        _complain(say("en", f"error.{key}", name=found["query"]))


def _hit_to_json(hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.entry.paper.title,
        "date": hit.entry.date.isoformat(),
        "score": hit.score,
        "tags": list(hit.entry.tags),
    }


def _describe(draft: DigestDraft) -> str:
    return f"{draft.source}: {draft.date}, {count(len(draft.entries), 'paper')}"


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """Give a progress bar for many files on a terminal, None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        bar: tqdm[NoReturn] | None = None

        def show(done: int, total: int) -> None:
            nonlocal bar
            if total > MANY_FILES:
                bar = bar or stack.enter_context(tqdm(total=total, unit=" files"))
                bar.update(done - bar.n)

        yield show


def _print(text: str) -> None:
    tqdm.write(printable(text), file=sys.stdout)  # moves a progress bar out of the way first


def _print_json(value: Any) -> None:
    tqdm.write(json.dumps(value, ensure_ascii=False), file=sys.stdout)


def _complain(text: str) -> None:
    tqdm.write(printable(text), file=sys.stderr)
