"""Who takes over from an agency that ends (kế thừa), and where a dossier of its goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Heirs:
    """Who takes what from an agency after its last day: each sector its own heir, one heir the rest.

    rest: None where nobody has been named, so that nothing can move.
    """

    since: date
    rest: int | None
    by_sector: Mapping[int, int] = field(default_factory=dict)
    decision: str = ""

    def of(self, sector_id: int) -> int | None:
        """The heir of the dossiers of a sector."""
        return self.by_sector.get(sector_id, self.rest)


@dataclass(frozen=True, slots=True)
class Path:
    """Where a chain of heirs leads, from which day on, and by which decision (those of its last link)."""

    agency_id: int
    since: date
    decision: str


def follow(agency_id: int, sector_id: int | None, heirs: Mapping[int, Heirs], on: date) -> Path | None:
    """The agency that has the dossiers of `agency_id` on a day; None while it works itself, or has no heir.

    heirs: of every agency whose last day has come. An heir that has ended since passes on what it got. The
    desk (sector None) passes on as a whole, to whoever takes the rest. A circle leads nowhere.
    """
    seen, found = {agency_id}, None
    while (step := heirs.get(agency_id)) is not None and step.since <= on:
        heir = step.rest if sector_id is None else step.of(sector_id)
        if heir is None or heir in seen:
            return None
        since = max(step.since, found.since) if found else step.since
        found = Path(heir, since, step.decision)
        seen.add(heir)
        agency_id = heir
    return found


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit as it is matched: its code and its folded name."""

    id: int
    code: str
    name: str


def counterpart(unit: NamedUnit, units: Sequence[NamedUnit]) -> int | None:
    """The heir's unit that does what this unit did: of the same code, the same name, or its only one."""
    for same in (
        [one for one in units if one.code == unit.code],
        [one for one in units if one.name == unit.name],
    ):
        if len(same) == 1:
            return same[0].id
    return units[0].id if len(units) == 1 else None
