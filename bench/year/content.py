"""What a digest's posts must be in a channel: their number, their places, and what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bench.year.journal import Able, Stop
from bench.year.papers import PaperText
from bench.year.plan import Options, Place
from bench.year.rules import Library, passes
from bench.year.sight import Piece, Sight, number_of, numbers_in, stamps_in
from sandbox.models import Message, MessageFlag

_NAMED = 60  # characters of a title that a thread's name has for sure
_PUBLISHING_HOUR = timedelta(hours=1)
_LINKED = 15  # papers that a header has room to link to


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A channel and the year around it; `last` is the stop after which it is looked at.

    `told` are its options (None: unsubscribed), each with the stop at which they were said.
    """

    place: Place
    sight: Sight
    library: Library
    stops: Sequence[Stop]
    told: Sequence[tuple[int, Options | None]]
    last: int
    is_newest: bool
    counts: Counter[str]

    def stop_at(self, instant: datetime) -> int:
        """Return the stop in which something happened."""
        low, high = 0, len(self.stops) - 1
        while low < high:
            middle = (low + high) // 2
            if self.stops[middle].ended < instant:
                low = middle + 1
            else:
                high = middle
        return low

    def options_at(self, stop: int) -> Options | None:
        """Return what held at the end of a stop."""
        return next((each for index, each in reversed(self.told) if index <= stop), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The papers by number: those that must be there, those that may, those that are current."""

    must: frozenset[int]
    may: frozenset[int]
    current: dict[int, PaperText]


def check_run(context: Context, day: date, run: int) -> Iterator[str]:
    """Yield what is wrong with a digest's posts in a channel."""
    pieces = [each for each in context.sight.pieces if (each.day, each.run) == (day, run)]
    begun = context.stop_at(pieces[0].message.created_at)
    before, options = context.options_at(begun - 1), context.options_at(begun)
    if options is None or (before is not None and before != options):
        options = before or options  # it began as they were changed, and goes by the old ones
    if options is None:
        yield f"it was posted at {pieces[0].message.created_at}, and nobody is subscribed"
        return
    wanted = _list_wanted(context, day, begun, options)
    posts = {number_of(piece.message) or 0: piece for piece in pieces if piece.step == "paper"}
    found = Counter(number_of(piece.message) or 0 for piece in pieces if piece.step == "paper")
    context.counts["papers in channels"] += found.total()
    for number, count in found.items():
        if count > 1:
            yield f"paper {number} is there {count} times"
    if lost := wanted.must - found.keys():
        yield f"papers {sorted(lost)} are not there"
    if extra := found.keys() - wanted.must - wanted.may:
        yield f"papers {sorted(map(str, extra))} are not due"
    yield from _check_order(context, day, begun, posts)
    yield from _check_header(context, pieces, options, wanted, posts)
    yield from _check_threads(context, pieces, options, posts)
    yield from _check_texts(context, pieces, options, wanted, posts)
    yield from _check_published(context, pieces, options, begun)


def _list_wanted(context: Context, day: date, begun: int, options: Options) -> Wanted:
    def filtered(stop: int) -> dict[int, PaperText]:
        papers = context.library.digest(day, stop)
        return {paper.number: paper for paper in papers if passes(paper, options.tags)}

    current = filtered(context.last)
    must = set(filtered(begun))
    may: set[int] = set()
    calm = context.stops[begun].able is Able.YES
    for stop, _ in context.library.changes(day, after=begun):
        if stop > context.last:
            break
        now = filtered(stop)
        reachable = (
            context.stops[stop].able is Able.YES
            and context.place.number not in context.stops[stop].forbidden
        )
        subscribed = context.options_at(stop) is not None
        gone = must - now.keys()
        if not calm:  # perhaps it was taken out before its turn came
            must, may = must - gone, may | gone
        added = now.keys() - must
        if subscribed and context.is_newest and (reachable or added <= current.keys()):
            must |= added
        else:
            may |= added
        calm = calm or reachable
    # Begun in the middle of trouble, it shows what the digest held when its turn came.
    return Wanted(must=frozenset(must), may=frozenset(may), current=current)


def _check_order(context: Context, day: date, begun: int, posts: dict[int, Piece]) -> Iterator[str]:
    """Compare the order of what was posted at once with that of each file.

    What an edit adds comes last, wherever it stands in the file.
    """
    ended, file = context.stops[begun].ended, context.library.origin
    at_once = [number for number, piece in posts.items() if piece.message.created_at <= ended]
    order = [paper.number for paper in context.library.digest(day, begun)]
    places = [(file(number), order.index(number)) for number in at_once if number in order]
    for name in {name for name, _ in places}:
        ranks = [rank for each, rank in places if each == name]
        if ranks != sorted(ranks):
            yield f"the papers stand in the order {at_once}, not {order}"


def _check_header(
    context: Context,
    pieces: Sequence[Piece],
    options: Options,
    wanted: Wanted,
    posts: dict[int, Piece],
) -> Iterator[str]:
    headers = [piece for piece in pieces if piece.step == "header"]
    forum_of_papers = context.place.kind == "forum" and options.threads != "digest"
    if len(headers) != (0 if forum_of_papers else 1):
        yield f"{len(headers)} headers"
    if not headers:
        return
    message = headers[0].message
    listed = numbers_in(message)
    current = wanted.current.keys() & posts.keys()
    if not current <= listed <= wanted.must | wanted.may:
        yield f"the header lists {sorted(listed)}, not {sorted(current)}"
    text = "\n".join([message.content, *(str(each.get("description")) for each in message.embeds)])
    if options.threads != "none" and len(current) <= _LINKED:
        unlinked = [n for n in current if f"/{posts[n].message.id})" not in text]
        if unlinked:
            yield f"the header has no links to papers {unlinked}"
    if context.place.kind != "forum" and headers[0].place_id != context.sight.channel.id:
        yield "the header is not in the channel"


def _check_threads(
    context: Context, pieces: Sequence[Piece], options: Options, posts: dict[int, Piece]
) -> Iterator[str]:
    """Check that posts stand where they belong, and that each thread is there and opened."""
    sight = context.sight
    header = next((piece for piece in pieces if piece.step == "header"), None)
    parts: dict[int, list[int]] = defaultdict(list)
    for piece in pieces:
        if piece.step == "details":
            parts[piece.place_id].append(int(piece.part))
    for number, piece in posts.items():
        expected = _home(context, options, piece, header)
        if piece.place_id != expected:
            yield f"paper {number} stands in {piece.place_id}, not in {expected}"
        thread = sight.threads.get(piece.message.id)
        if (thread is not None) != (options.threads == "paper"):
            yield f"paper {number}: thread {thread and thread.name}"
        opened = sorted(parts.pop(piece.message.id, ()))
        if thread is not None and (not opened or opened != list(range(len(opened)))):
            yield f"paper {number}: its thread begins with parts {opened}"
        context.counts["threads"] += thread is not None
        context.counts["thread openings"] += len(opened)
    for place_id, left in parts.items():
        yield f"{len(left)} openings in {place_id}, where no paper is"
    if options.threads == "digest" and header and header.message.id not in sight.threads:
        yield "the digest has no thread"


def _home(context: Context, options: Options, piece: Piece, header: Piece | None) -> int:
    """Return the channel or thread that a paper's post belongs to."""
    if options.threads == "paper" and context.place.kind == "forum":
        return piece.message.id
    if options.threads == "digest" and header is not None:
        return header.message.id
    return context.sight.channel.id


def _check_texts(
    context: Context,
    pieces: Sequence[Piece],
    options: Options,
    wanted: Wanted,
    posts: dict[int, Piece],
) -> Iterator[str]:
    """Compare what can be read with the last version of each paper, in the channel's language."""
    by_entry: dict[int, list[Message]] = defaultdict(list)
    for piece in pieces:
        by_entry[piece.entry].append(piece.message)
    for number, paper in wanted.current.items():
        if number not in posts:
            continue
        piece = posts[number]
        seen = stamps_in(by_entry[piece.entry])
        shown = {(kind, number, paper.version) for kind in _kinds_shown(paper, options)}
        if seen != shown:
            yield f"paper {number} shows {sorted(seen)}, not {sorted(shown)}"
        thread = context.sight.threads.get(piece.message.id)
        if thread is not None and thread.name[:_NAMED] != paper.title[:_NAMED]:
            yield f"paper {number}: the thread's name is {thread.name!r}, not {paper.title!r}"
        context.counts["papers read"] += 1
        context.counts["papers that were edited"] += paper.version > 1


def _kinds_shown(paper: PaperText, options: Options) -> set[str]:
    """Return the texts that are shown: the abstract, and the comments that were asked for."""
    written = [kind for kind in ("ko", "en") if kind in paper.stamps]
    asked = [kind for kind in written if options.language in ("both", kind)]
    return {"abstract", *(asked or written)}


def _check_published(
    context: Context, pieces: Sequence[Piece], options: Options, begun: int
) -> Iterator[str]:
    stop = context.stops[begun]
    for piece in pieces:
        published = bool(piece.message.flags & MessageFlag.CROSSPOSTED)
        wanted = options.crosspost and piece.step == "header"
        context.counts["published headers"] += published
        if published and not wanted:
            yield f"{piece.step} {piece.message.id} was published"
        elif wanted and not published:
            context.counts["headers left unpublished (trouble or limits)"] += 1
            is_hard = stop.rough or stop.able is not Able.YES
            if not (is_hard or _may_be_limited(context.stops, begun)):
                yield "the header was not published"


def _may_be_limited(stops: Sequence[Stop], index: int) -> bool:
    """Tell whether a limit on publishing may be in force: it lasts an hour in which things happen.

    Between stops the calendar jumps, but nothing waits.
    """
    passed = timedelta(0)
    for stop in reversed(stops[: index + 1]):
        if passed > _PUBLISHING_HOUR:
            return False
        if stop.limited:
            return True
        passed += stop.ended - stop.begun
    return False
