"""The filters of a list of dossiers: what may be chosen, what is chosen, and a chip for each of that.

Drawn by `list_filters` of components/lists.html; a list offers those that its `KeptList.narrows` names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.queries import filtering, listing
from tthc_tracker.queries.listing import Filters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.wording.formats import day, moment
from tthc_tracker.wording.keptlists import ALONE, HELD, NO_UNIT, SINCE, UNAPOLOGISED, UNSEEN
from tthc_tracker.wording.labels import label

Choice = tuple[str, str]


@dataclass(frozen=True)
class ListFilters:
    """The filters of one list before one reader. dates: what the two days are of.

    own: in words, by the names of the address, what the page narrows by besides; its fields are the page's.
    """

    page: ListPage
    chosen: Filters
    agency: str | None  # its name, where there is one of that code
    officer: str | None
    unit: str | None
    only: str | None
    held: str | None
    sectors: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    channels: tuple[Channel, ...]
    dates: str
    own: Mapping[str, str]

    @classmethod
    def of(
        cls,
        session: Session,
        page: ListPage,
        *,
        channels: Iterable[Channel] = Channel,
        dates: str = "Hạn",
        own: Mapping[str, str] = MappingProxyType({}),
    ) -> "ListFilters":
        """As the address of the list has them. Four queries at most: agencies, officer, unit have names."""
        chosen = listing.read_filters(page.question)
        return cls(
            page,
            chosen,
            filtering.agency_name(session, chosen.agency) if chosen.agency else None,
            filtering.officer_name(session, chosen.officer) if chosen.officer is not None else None,
            filtering.unit_name(session, chosen.unit) if chosen.unit else None,
            filtering.agency_name(session, chosen.only) if chosen.only else None,
            filtering.agency_name(session, chosen.held) if chosen.held else None,
            filtering.sectors(session),
            filtering.sources(session),
            tuple(channels),
            dates,
            own,
        )

    @property
    def offered(self) -> tuple[str, ...]:
        """The names of the filters that the page shows."""
        return self.page.kept.narrows

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels of administration."""
        return tuple(Level)

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """What the list is narrowed to, in words, each with the address that no longer narrows it so."""
        chosen = self.chosen
        return self.page.chips({
            **self.own,
            "agency": chosen.agency and (self.agency or chosen.agency),
            "only": chosen.only and f"{ALONE} {self.only or chosen.only}",
            "held": chosen.held and f"{HELD} {self.held or chosen.held}",
            "level": chosen.level and label(chosen.level),
            "sector": chosen.sector and dict(self.sectors).get(chosen.sector, chosen.sector),
            "procedure": chosen.procedure and f"Thủ tục {chosen.procedure}",
            "source": chosen.source and dict(self.sources).get(chosen.source, chosen.source),
            "channel": chosen.channel and label(chosen.channel),
            "officer": chosen.officer is not None and (self.officer or "Cán bộ"),
            "unit": chosen.unit is not None and (self.unit or NO_UNIT),
            "apology": chosen.unapologised and UNAPOLOGISED,
            "unseen": chosen.unseen and UNSEEN,
            "since": chosen.since and f"{SINCE} {moment(chosen.since)}",
            "from": chosen.start and f"{self.dates} từ {day(chosen.start)}",
            "to": chosen.end and f"{self.dates} đến {day(chosen.end)}",
        })  # fmt: skip

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What else stands in the address, for the form of the filters to carry along."""
        kept = (self.page.addressed | self.page.look).items()
        return [(name, value) for name, value in kept if name not in self.offered]

    @property
    def without(self) -> str:
        """The address of the list without any of them."""
        return self.page.other(**dict.fromkeys((*self.offered, *listing.LINKED, *self.own), ""))
