"""The orders a list may be asked for: by one expression and the id, either way round, paged by key.

Offered is only what an index gives, or what sorts no more than the rows that an index has picked out already
(one officer's, one desk's).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, tuple_

from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import listing

BY_CODE = Dossier.code


@dataclass(frozen=True)
class Order:
    """By `key`, which is never NULL; of equal keys by the id."""

    key: Any
    falling: bool = False

    def by(self) -> tuple[Any, Any]:
        """For ORDER BY."""
        return (self.key.desc(), Dossier.id.desc()) if self.falling else (self.key, Dossier.id)

    def beyond(self, cursor: str) -> list[ColumnElement[bool]]:
        """That a row comes after the one where a page ended; nothing for a cursor that is none of ours."""
        start = _code_and_id(cursor) if self.key is BY_CODE else listing.moment_and_id(cursor)
        if start is None:
            return []
        here: Any = tuple_(self.key, Dossier.id)
        return [here < start if self.falling else here > start]


def order_of(asked: str, default: Any, **others: Any) -> Order:
    """The order that an address asks for: the name of one, a minus before it to turn it round.

    `default`, rising, for whatever cannot be read.
    """
    keys: Mapping[str, Any] = others
    name = asked.removeprefix("-")
    return Order(keys[name], asked.startswith("-")) if name in keys else Order(default)


def _code_and_id(cursor: str) -> tuple[str, int] | None:
    match listing.decode_cursor(cursor):
        case [str(code), int(number)] if "\0" not in code and abs(number) <= listing.BIGGEST_ID:
            return code, number
        case _:
            return None
