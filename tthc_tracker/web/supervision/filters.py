"""Filters of a list, written back to its address: a link is a saved filter."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from tthc_tracker.queries import filtering
from tthc_tracker.queries.listing import NAMES, Filters
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.labels import label


@dataclass(frozen=True)
class Address:
    """The address of a list: its path and what it is narrowed to."""

    path: str
    chosen: dict[str, str]
    sort: str
    look: dict[str, str]  # columns and density, where the address itself names them

    @classmethod
    def of(cls, path: str, args: Mapping[str, str]) -> "Address":
        """From a request, without the page it stands at."""
        chosen = {name: args[name] for name in NAMES if args.get(name, "").strip()}
        look = {name: args[name] for name in ("columns", "density") if args.get(name)}
        return cls(path, chosen, "newest" if args.get("sort") == "newest" else "", look)

    def url(self, *, without: str = "", path: str | None = None, **more: str) -> str:
        """The same list with something more or less."""
        parts = {name: value for name, value in self.chosen.items() if name != without}
        parts |= {"sort": self.sort} | self.look | more
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
