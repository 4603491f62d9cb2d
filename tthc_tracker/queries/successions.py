"""Agencies that have ended: who takes over from them, and what of theirs has not been moved yet."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.successions import Heirs, NamedUnit, Path, follow
from tthc_tracker.models.account import Membership
from tthc_tracker.models.agency import Agency, AgencySuccession, SuccessionSector, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.models.procedure import Sector
from tthc_tracker.queries.revisions import Remembered

_heirs: Remembered[dict[int, Heirs]] = Remembered("agencies")
_took: Remembered[frozenset[int]] = Remembered("agencies")
_units: Remembered[list[NamedUnit]] = Remembered("agencies")


def heirs(session: Session) -> dict[int, Heirs]:
    """The heirs of every agency that has a last day, by its id; those who take over from the next day on."""
    return _heirs.get(session, "heirs", lambda: _read(session))


def _read(session: Session) -> dict[int, Heirs]:
    named: dict[int, list[AgencySuccession]] = defaultdict(list)
    sectors: dict[int, dict[int, int]] = defaultdict(dict)
    for row in session.execute(select(AgencySuccession)).scalars():
        named[row.predecessor_id].append(row)
    for share in session.execute(select(SuccessionSector)).scalars():
        sectors[share.predecessor_id][share.sector_id] = share.successor_id
    found = {}
    last_days = select(Agency.id, Agency.active_to).where(Agency.active_to.is_not(None))
    for agency_id, last_day in session.execute(last_days.order_by(Agency.id)):
        assert last_day is not None
        rows = named[agency_id]
        # Where only one is named at all, it takes everything.
        rest = next((row for row in rows if row.takes_rest), rows[0] if len(rows) == 1 else None)
        decision = rest.decision if rest is not None else None
        found[agency_id] = Heirs(
            last_day + dt.timedelta(days=1), rest.successor_id if rest is not None else None,
            sectors[agency_id], decision or "",
        )  # fmt: skip
    return found


def folded(name: str) -> str:
    """The name of a unit as counterparts are found by it."""
    return fold(name)


def heir_of(session: Session, agency_id: int, sector_id: int | None, on: dt.date) -> Path | None:
    """The agency that has on a day what was an ended agency's; sector None: its desk."""
    return follow(agency_id, sector_id, heirs(session), on)


def ended(session: Session, on: dt.date, *, with_heir: bool = False) -> list[int]:
    """The agencies whose last day has passed; with_heir: of those that somebody takes over from."""
    return sorted(
        agency_id
        for agency_id, each in heirs(session).items()
        if each.since <= on and not (with_heir and each.rest is None)
    )


def units_at(session: Session, agency_id: int) -> list[NamedUnit]:
    """The units of an agency that are in use."""

    def read() -> list[NamedUnit]:
        from_all = select(Unit.id, Unit.code, Unit.name).where(Unit.agency_id == agency_id, Unit.active)
        return [NamedUnit(row.id, row.code, folded(row.name)) for row in session.execute(from_all)]

    return _units.get(session, agency_id, read)


def left_behind(agency_ids: list[int]) -> list[ColumnElement[bool]]:
    """What still lies at these agencies, as the parts of a union, each with its index.

    Open and resolved, to be returned, or worked on there, in this order; and what is not accepted yet.
    """
    running = and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None))
    waiting = and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_(None))
    return [
        *(and_(running, column.in_(agency_ids)) for column in (
            Dossier.resolving_agency_id, Dossier.returning_agency_id, Dossier.step_agency_id,
        )),
        and_(waiting, or_(*(column.in_(agency_ids) for column in (
            Dossier.receiving_agency_id, Dossier.resolving_agency_id, Dossier.returning_agency_id,
        )))),
    ]  # fmt: skip


def next_left_behind(session: Session, agency_ids: list[int], after: int, limit: int) -> list[int]:
    """The next dossiers, by id, that lie at these agencies."""
    if not agency_ids:
        return []
    found: set[int] = set()
    for part in left_behind(agency_ids):
        ids = select(Dossier.id).where(part, Dossier.id > after).order_by(Dossier.id).limit(limit)
        found.update(session.execute(ids).scalars())
    return sorted(found)[:limit]


@dataclass(frozen=True)
class Stranded:
    """An agency that has ended while dossiers are still open there."""

    agency_id: int
    code: str
    name: str
    last_day: dt.date
    open: int
    has_heir: bool


def stranded(session: Session, on: dt.date, agency_ids: Iterable[int] | None = None) -> list[Stranded]:
    """The ended agencies that still resolve open dossiers, within `agency_ids` where given."""
    gone = set(ended(session, on))
    wanted = sorted(gone if agency_ids is None else gone & set(agency_ids))
    if not wanted:
        return []
    counted = (
        select(Dossier.resolving_agency_id, func.count())
        .where(left_behind(wanted)[0])
        .group_by(Dossier.resolving_agency_id)
    )
    many = dict(session.execute(counted).all())
    known = heirs(session)
    agencies = select(Agency).where(Agency.id.in_(list(many))).order_by(Agency.code)
    return [
        Stranded(
            row.id, row.code, row.name, row.active_to or on, many[row.id], known[row.id].rest is not None
        )
        for row in session.execute(agencies).scalars()
    ]


def promised_by(session: Session, dossier: Dossier) -> int:
    """The agency whose hours its clock goes by: a dossier that was moved keeps the clock it had."""
    if dossier.version <= 1 or dossier.resolving_agency_id not in _takers(session):
        return dossier.resolving_agency_id  # its first event is no move, and nothing goes to who took nothing
    first = (
        select(DossierTransfer.from_agency_id)
        .where(DossierTransfer.dossier_id == dossier.id)
        .order_by(DossierTransfer.seq)
        .limit(1)
    )
    return session.execute(first).scalar_one_or_none() or dossier.resolving_agency_id


def _takers(session: Session) -> frozenset[int]:
    """The agencies that took over from any."""
    every = select(AgencySuccession.successor_id)
    return _took.get(session, "takers", lambda: frozenset(session.execute(every).scalars()))


# --- before an agency ends


@dataclass(frozen=True)
class Goes:
    """How many open dossiers of a sector go to an heir (None: nobody has been named)."""

    sector_code: str
    sector: str
    heir: tuple[str, str] | None
    running: int  # accepted, resolved here
    waiting: int  # not accepted yet
    returning: int  # resolved elsewhere, returned or worked on here


@dataclass(frozen=True)
class Preview:
    """What ending an agency would do. units: of the agency, each with the heir's counterpart where one is."""

    goes: tuple[Goes, ...]
    uncollected: int
    below: int
    people: int

    @property
    def total(self) -> int:
        """All dossiers that would move."""
        return sum(one.running + one.waiting + one.returning for one in self.goes)


def sectors_with_work(session: Session, agency_id: int) -> list[tuple[str, str, int]]:
    """Code and name of every sector of which dossiers are open at an agency, and how many."""
    counts = _counts(session, agency_id)
    names = _sector_names(session, counts)
    return [
        (code, name, sum(counts[sector]))
        for sector, (code, name) in sorted(names.items(), key=lambda item: item[1][1])
    ]


def _counts(session: Session, agency_id: int) -> dict[int, tuple[int, int, int]]:
    resolving, *elsewhere, waiting = left_behind([agency_id])
    not_resolving = Dossier.resolving_agency_id != agency_id
    tallies: list[Counter[int]] = []
    for part in (resolving, waiting, and_(or_(*elsewhere), not_resolving)):
        statement = select(Dossier.sector_id, func.count()).where(part).group_by(Dossier.sector_id)
        tallies.append(Counter(dict(session.execute(statement).all())))
    sectors = {sector for tally in tallies for sector in tally}
    return {sector: (tallies[0][sector], tallies[1][sector], tallies[2][sector]) for sector in sectors}


def _sector_names(session: Session, sectors: Iterable[int]) -> dict[int, tuple[str, str]]:
    statement = select(Sector.id, Sector.code, Sector.name).where(Sector.id.in_(list(sectors)))
    return {row.id: (row.code, row.name) for row in session.execute(statement)}


def preview(
    session: Session, agency_id: int, rest: tuple[str, str] | None, by_sector: Mapping[str, tuple[str, str]]
) -> Preview:
    """What would go where. rest, by_sector: code and name of the heirs, by the code of the sector."""
    counts = _counts(session, agency_id)
    goes = tuple(
        Goes(code, name, by_sector.get(code, rest), *counts[sector])
        for sector, (code, name) in sorted(
            _sector_names(session, counts).items(), key=lambda item: item[1][1]
        )
    )
    return Preview(goes, *_beside(session, agency_id))


def _beside(session: Session, agency_id: int) -> tuple[int, int, int]:
    from_desk = and_(Dossier.returning_agency_id == agency_id, Dossier.state == "finished")
    columns: list[tuple[InstrumentedAttribute[int], ColumnElement[bool]]] = [
        (Dossier.id, from_desk),
        (Agency.id, and_(Agency.parent_id == agency_id, Agency.active_to.is_(None))),
        (Membership.id, Membership.agency_id == agency_id),
    ]
    uncollected, below, people = (
        session.execute(select(func.count(column)).where(condition)).scalar_one()
        for column, condition in columns
    )
    return uncollected, below, people
