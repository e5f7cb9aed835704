"""What a store raises."""

from __future__ import annotations

from typing import Any


class ClosedError(Exception):
    """Nothing more is posted: the delivery or its subscription ended, the mailing is forgotten."""


class StorageError(Exception):
    """The store cannot do what was asked; `key` names the sentence that says why and how to mend.

    Keys: `storage.newer` (written by a newer version), `storage.corrupt`, `storage.locked`,
    `storage.read_only`, `storage.full`, `storage.gone` (deleted or exchanged while it was open),
    `storage.unusable` (anything else, with `detail`).
    """

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params
