"""What the page is asked to build: elements as values. Texts in them stay texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Element:
    """An element: `name` is its tag with its classes, such as `div.message.first`."""

    name: str
    attributes: dict[str, str]
    children: tuple[Element | str, ...]

    def to_json(self) -> list[Any]:
        """Return `[name, attributes, child, …]`; a child is such a list or a text."""
        inner = [child if isinstance(child, str) else child.to_json() for child in self.children]
        return [self.name, self.attributes, *inner]

    def text(self) -> str:
        """Return what can be read in it."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def e(name: str, *children: Any, **attributes: str | bool | None) -> Element:
    """Return an element; nested lists of children are flattened, None and empty texts left out.

    In an attribute's name `_` stands for `-`; a true one is there without a value, and one that is
    false or None is not there.
    """
    given = {
        key.strip("_").replace("_", "-"): "" if value is True else str(value)
        for key, value in attributes.items()
        if value is not None and value is not False
    }
    return Element(name, given, tuple(_flat(children)))


def _flat(children: Iterable[Any]) -> Iterable[Element | str]:
    for child in children:
        if isinstance(child, Element | str):
            if child:
                yield child
        elif child is not None:
            yield from _flat(child)
