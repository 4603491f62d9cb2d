"""Move the running dossiers of agencies that have ended to their heirs: one event each, nothing else changes.

Code, promise and clock stay (docs/law.md, permissions). What is left is found by state, in the order of
the ids, so that a run that was cut short, or one that comes late, does the rest.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.handovers import Direction
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.successions import NamedUnit, Path, counterpart
from tthc_tracker.models.account import Membership
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierEvent, DossierTransfer
from tthc_tracker.models.person import Person
from tthc_tracker.queries import successions
from tthc_tracker.services import events, search
from tthc_tracker.services.events import Actor
from tthc_tracker.wording.successions import BY_ITSELF, reason_of

BATCH = 200


@dataclass
class Run:
    """One walk through what is left. moved: dossiers; stuck: those nobody is named to take."""

    moved: int = 0
    stuck: int = 0
    after: int = 0
    more: bool = True
    agencies: set[int] = field(default_factory=set)


def move_next(session: Session, run: Run, *, now: dt.datetime, limit: int = BATCH) -> None:
    """Move the next dossiers, those that a person is changing at this moment after him."""
    gone = successions.ended(session, now.date(), with_heir=True)
    ids = successions.next_left_behind(session, gone, run.after, limit)
    for dossier_id in ids:
        statement = select(Dossier).where(Dossier.id == dossier_id).with_for_update(of=Dossier)
        dossier = session.execute(statement.execution_options(populate_existing=True)).scalar_one()
        if dossier.closed_at is None and _move(session, dossier, now):
            run.moved += 1
            run.agencies.add(dossier.resolving_agency_id)
        else:
            run.stuck += 1
    run.more = len(ids) == limit
    run.after = ids[-1] if ids else run.after


def _move(session: Session, dossier: Dossier, now: dt.datetime) -> bool:
    """Move one dossier; False where nobody is named to take it."""
    paths = _paths(session, dossier, now.date())
    if not paths:
        return False
    before = {name: getattr(dossier, name) for name in paths}
    _pass_hands(session, dossier, paths, now)
    for name, path in paths.items():
        setattr(dossier, name, path.agency_id)
    if dossier.step_agency_id == dossier.resolving_agency_id:
        dossier.step_agency_id = None
    session.flush()
    since = max(path.since for path in paths.values())
    at = max(dt.datetime.combine(since, dt.time(), now.tzinfo), _last_moment(session, dossier, now))
    event = events.append(
        session, dossier, EventKind.TRANSFERRED, actor=Actor(None, BY_ITSELF), now=now, occurred_at=at,
        reason=reason_of(next(iter(paths.values())).decision), facts=_facts(session, before, paths),
    )  # fmt: skip
    if "resolving_agency_id" in paths:
        session.add(
            DossierTransfer(
                dossier_id=dossier.id, seq=event.seq, moved_on=at.date(),
                from_agency_id=before["resolving_agency_id"], to_agency_id=dossier.resolving_agency_id,
            )
        )  # fmt: skip
    _find_again(session, dossier)
    return True


def _paths(session: Session, dossier: Dossier, on: dt.date) -> dict[str, Path]:
    """Which of its organisations move, by column; a desk passes on as a whole, the work by its sector.

    Where it was received stays what it was once it has been accepted: that desk did receive it.
    """
    wanted: list[tuple[str, int | None]] = [
        ("resolving_agency_id", dossier.sector_id),
        ("returning_agency_id", None),
        ("step_agency_id", dossier.sector_id),
    ]
    if dossier.accepted_at is None:
        wanted.append(("receiving_agency_id", None))
    found = {}
    for name, sector in wanted:
        if (agency_id := getattr(dossier, name)) is not None:
            path = successions.heir_of(session, agency_id, sector, on)
            if path is not None:
                found[name] = path
    return found


def _pass_hands(session: Session, dossier: Dossier, paths: dict[str, Path], now: dt.datetime) -> None:
    """Let the heir's counterpart hold what a unit or an officer of the agency held.

    An officer who works at the heir too keeps it. Where the heir has no such unit, it lies with the whole of
    that agency, as papers handed over that nobody has confirmed yet.
    """
    worked_at = "step_agency_id" if dossier.step_agency_id is not None else "resolving_agency_id"
    _redirect(session, dossier, paths)
    heir = paths.get(worked_at)
    held = dossier.holding_unit_id is not None or dossier.officer_id is not None
    if heir is None or not held:
        return
    source = (getattr(dossier, worked_at), dossier.holding_unit_id)
    dossier.holding_unit_id = _counterpart(session, dossier.holding_unit_id, heir.agency_id)
    officer = dossier.officer_id
    if officer is not None and not _works_at(session, officer, heir.agency_id):
        dossier.officer_id = None
    waits = select(Handover.direction).where(
        Handover.dossier_id == dossier.id, Handover.answered_at.is_(None)
    )
    underway = session.execute(waits).scalar_one_or_none()
    if underway is not None:  # the papers, or the result, are on their way: whoever sent it answers for it
        dossier.officer_id = officer
    elif dossier.holding_unit_id is None and dossier.officer_id is None:
        session.add(
            Handover(
                dossier_id=dossier.id, direction=Direction.FORWARD, from_agency_id=source[0],
                from_unit_id=source[1], from_officer_id=officer, to_agency_id=heir.agency_id,
                handed_at=now, note=BY_ITSELF,
            )
        )  # fmt: skip


def _redirect(session: Session, dossier: Dossier, paths: dict[str, Path]) -> None:
    """What is on its way to or from the agency is on its way to or from the heir."""
    heirs = {getattr(dossier, name): path.agency_id for name, path in paths.items()}
    waiting = select(Handover).where(Handover.dossier_id == dossier.id, Handover.answered_at.is_(None))
    row = session.execute(waiting).scalar_one_or_none()
    if row is None:
        return
    if (to := heirs.get(row.to_agency_id)) is not None:
        row.to_agency_id, row.to_unit_id = to, _counterpart(session, row.to_unit_id, to)
    if (source := heirs.get(row.from_agency_id)) is not None:
        row.from_agency_id, row.from_unit_id = source, _counterpart(session, row.from_unit_id, source)
    session.flush()


def _counterpart(session: Session, unit_id: int | None, heir_id: int) -> int | None:
    if unit_id is None:
        return None
    unit = session.get_one(Unit, unit_id)
    named = NamedUnit(unit.id, unit.code, successions.folded(unit.name))
    return counterpart(named, successions.units_at(session, heir_id))


def _works_at(session: Session, user_id: int, agency_id: int) -> bool:
    works = select(Membership.id).where(Membership.user_id == user_id, Membership.agency_id == agency_id)
    return session.execute(works.limit(1)).first() is not None


def _last_moment(session: Session, dossier: Dossier, now: dt.datetime) -> dt.datetime:
    """No earlier than what has happened to it already, and never later than now."""
    last = (
        select(DossierEvent.occurred_at)
        .where(DossierEvent.dossier_id == dossier.id)
        .order_by(DossierEvent.seq.desc())
        .limit(1)
    )
    return min(session.execute(last).scalar_one(), now)


_FACTS = {
    "resolving_agency_id": "agency",
    "returning_agency_id": "returning",
    "step_agency_id": "step_agency",
    "receiving_agency_id": "desk",
}


def _facts(session: Session, before: dict[str, int], paths: dict[str, Path]) -> dict[str, Any]:
    ids = {*before.values(), *(path.agency_id for path in paths.values())}
    names = dict(session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(ids))).all())
    facts: dict[str, Any] = {
        _FACTS[name]: [names[before[name]], names[path.agency_id]] for name, path in paths.items()
    }
    if "resolving_agency_id" in paths:
        facts["from_agency_id"] = before["resolving_agency_id"]
        facts["to_agency_id"] = paths["resolving_agency_id"].agency_id
    return facts


def _find_again(session: Session, dossier: Dossier) -> None:
    """The heir finds it by its names, as the agency did."""
    people = select(Person.name_folded).where(Person.id.in_({dossier.applicant_id, dossier.owner_id}))
    three = (dossier.receiving_agency_id, dossier.resolving_agency_id, dossier.returning_agency_id)
    names = session.execute(people.order_by(Person.id)).scalars().all()
    search.index_again(session, dossier.id, names, three)
