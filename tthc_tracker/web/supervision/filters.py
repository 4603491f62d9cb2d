"""Filters of a list, read from the address and written back to it: a link is a saved filter."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.queries import filtering
from tthc_tracker.queries.listing import Filters
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.labels import label

Member = TypeVar("Member", bound=StrEnum)

NAMES = ("agency", "level", "sector", "procedure", "source", "channel", "officer", "from", "to")


def read(args: Mapping[str, str]) -> Filters:
    """The filters of an address; what cannot be read filters nothing."""
    args = {name: args.get(name, "").replace("\0", "") for name in NAMES}
    officer = args["officer"]
    return Filters(
        agency=args["agency"].strip()[:40],
        level=_member(Level, args["level"]),
        sector=args["sector"][:40],
        procedure=args["procedure"].strip()[:40],
        source=args["source"][:40],
        channel=_member(Channel, args["channel"]),
        officer=int(officer) if officer.isascii() and officer.isdigit() and len(officer) < 16 else None,
        start=_date(args["from"]),
        end=_date(args["to"]),
    )


def _member(kind: type[Member], text: str) -> Member | None:
    return kind(text) if text in set(kind) else None


def _date(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 2500 else None


@dataclass(frozen=True)
class Address:
    """The address of a list: its path and what it is narrowed to."""

    path: str
    chosen: dict[str, str]
    sort: str

    @classmethod
    def of(cls, path: str, args: Mapping[str, str]) -> "Address":
        """From a request, without the page it stands at."""
        chosen = {name: args[name] for name in NAMES if args.get(name, "").strip()}
        return cls(path, chosen, "newest" if args.get("sort") == "newest" else "")

    def url(self, *, without: str = "", path: str | None = None, **more: str) -> str:
        """The same list with something more or less."""
        parts = {name: value for name, value in self.chosen.items() if name != without}
        parts |= {"sort": self.sort} | more
        query = urlencode({name: value for name, value in parts.items() if value})
        return (path or self.path) + ("?" + query if query else "")


def chips(
    session: Session, filters: Filters, address: Address, *, agency: str | None, officer: str | None
) -> list[tuple[str, str]]:
    """What the list is narrowed to, in words, each with the address that no longer narrows it so."""
    words = {
        "agency": filters.agency and (agency or filters.agency),
        "level": filters.level and label(filters.level),
        "sector": filters.sector and dict(filtering.sectors(session)).get(filters.sector, filters.sector),
        "procedure": filters.procedure and f"Thủ tục {filters.procedure}",
        "source": filters.source and dict(filtering.sources(session)).get(filters.source, filters.source),
        "channel": filters.channel and label(filters.channel),
        "officer": filters.officer and (officer or "Cán bộ"),
        "from": filters.start and f"Hạn từ {day(filters.start)}",
        "to": filters.end and f"Hạn đến {day(filters.end)}",
    }
    return [(str(said), address.url(without=name)) for name, said in words.items() if said]
