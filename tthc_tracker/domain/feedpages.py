"""One page of the portal's contract: dossiers in the exchange vocabulary, and the cursor behind them.

`GET …?changed_since=CURSOR&limit=N` answers `{"items": […], "next": "…", "more": true}`, as our own interface
does (docs/api.md): whatever was asked for, nothing of an answer is believed before it is read to its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_CURSOR = 500
MOST_ITEMS = 2_000
"""Dossiers that a page may hold, however few were asked for."""


class PageFault(StrEnum):
    """Why an answer is no page of the contract."""

    NO_JSON = "no_json"  # or cut off
    NO_PAGE = "no_page"
    NO_DOSSIER = "no_dossier"
    TOO_MANY = "too_many"
    BAD_CURSOR = "bad_cursor"


class LyingPage(ValueError):
    """An answer that cannot be believed."""

    def __init__(self, fault: PageFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `items`: each dossier as it was sent, in one line of JSON."""

    items: tuple[str, ...]
    next: str
    more: bool


class _Pairs(list[tuple[str, Any]]):
    """An object as it was sent: a name may stand in it twice, which is for the reader of rows to refuse."""


def read_page(body: bytes, cursor: str) -> Page:
    """The page that answered `cursor`.

    Raises:
        LyingPage: it is none, or leads nowhere.
    """
    said = _object(body)
    items, following, more = said.get("items"), said.get("next"), said.get("more")
    if not isinstance(items, list) or isinstance(items, _Pairs) or not isinstance(more, bool):
        raise LyingPage(PageFault.NO_PAGE)
    if len(items) > MOST_ITEMS:
        raise LyingPage(PageFault.TOO_MANY)
    if not all(isinstance(item, _Pairs) for item in items):
        raise LyingPage(PageFault.NO_DOSSIER)
    if not isinstance(following, str) or len(following) > LONGEST_CURSOR or not following.isprintable():
        raise LyingPage(PageFault.BAD_CURSOR)
    if (items and not following) or (more and following == cursor):
        raise LyingPage(PageFault.BAD_CURSOR)
    try:
        lines = tuple(map(_line, items))
    except RecursionError:  # deeper than any dossier is
        raise LyingPage(PageFault.NO_DOSSIER) from None
    return Page(lines, following or cursor, more)


def as_list(items: Iterable[str]) -> Iterable[str]:
    """The text of a file of these dossiers, a dossier a line, in pieces."""
    before = "[\n"
    for item in items:
        yield before + item
        before = ",\n"
    yield "\n]\n"


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(
            body.decode(), object_pairs_hook=_Pairs, parse_float=str, parse_int=str, parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        raise LyingPage(PageFault.NO_JSON) from None
    if not isinstance(said, _Pairs) or len(dict(said)) != len(said):
        raise LyingPage(PageFault.NO_PAGE)
    return dict(said)


def _no_number(text: str) -> str:
    raise ValueError(f"{text} is no JSON")


def _line(value: Any) -> str:
    """A value in one line, names that stand twice included, and only ASCII, so that it can be kept anyhow."""
    if isinstance(value, _Pairs):
        return "{" + ", ".join(f"{json.dumps(name)}: {_line(each)}" for name, each in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_line, value)) + "]"
    return json.dumps(value)
