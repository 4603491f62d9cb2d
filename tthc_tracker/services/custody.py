"""In whose hands a dossier is: rows of `custody` that follow every event, written here only.

They are told from the dossier's own columns after each event, so that no verb can forget to say it. What a
source owns was never in our hands: a mirrored dossier has none.
"""

import datetime as dt
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.custody import Holder, holder_of
from tthc_tracker.domain.handovers import Direction
from tthc_tracker.domain.lifecycle import WAITING, EventKind
from tthc_tracker.domain.processes import Spot
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.process import Custody
from tthc_tracker.services import singlerows, stepruns

# What never changes hands.
_STAYS = frozenset(
    {
        EventKind.NOTED, EventKind.URGED, EventKind.REPRINTED, EventKind.REMINDED,
        EventKind.RATED, EventKind.CORRECTED_AT_WORK, EventKind.PERSONAL_ERASED,
        EventKind.APOLOGY_DRAFTED, EventKind.APOLOGY_EDITED, EventKind.APOLOGY_REJECTED,
        EventKind.REAPPOINTED, EventKind.LATENESS_EXPLAINED, EventKind.DISPUTED, EventKind.DISPUTE_ENDED,
        EventKind.MATCHED, EventKind.SIGHTED, EventKind.RESULT_DIGITISED,
    }
)  # fmt: skip


def follow(session: Session, dossier: Dossier, kind: EventKind, at: dt.datetime) -> None:
    """Note who has the dossier after an event at `at`, and let its step clocks follow."""
    if dossier.accepted_at is None or dossier.limit_amount is None or kind in _STAYS:
        return
    session.flush()
    at = max(at.replace(second=0, microsecond=0), dossier.accepted_at)
    row = None if is_new(dossier) else _open(session, dossier)
    if dossier.closed_at is not None and row is None:
        return  # over before, and over still
    spot = spot_of(session, dossier)
    if kind in {EventKind.RECEIVED, EventKind.CORRECTED}:
        stepruns.begin(session, dossier, spot)
        at = dossier.accepted_at
    else:
        stepruns.follow(session, dossier, spot, kind, at)
    _note(session, dossier, row, spot, kind, at)


def is_new(dossier: Dossier) -> bool:
    """Whether its first event is being written: nobody has had it yet, and nothing of it is under way."""
    return dossier.version == 1


def spot_of(session: Session, dossier: Dossier) -> Spot:
    """Where it is worked on, or waits to be taken."""
    agency = dossier.step_agency_id or dossier.resolving_agency_id
    if dossier.holding_unit_id is not None:
        return Spot(agency, dossier.holding_unit_id)
    if dossier.officer_id is not None or dossier.step_agency_id is not None:
        return Spot(agency)
    if is_new(dossier):
        return Spot(dossier.receiving_agency_id, at_desk=True)
    to = session.execute(_underway_to(), {"dossier_id": dossier.id}).scalar_one_or_none()
    return Spot(dossier.receiving_agency_id, at_desk=True) if to is None else Spot(to)


# Every event asks these: put together once.
@cache
def _underway_to() -> Select[int]:
    """The agency that the dossier `dossier_id` is on its way to."""
    its = Handover.dossier_id == bindparam("dossier_id")
    waiting = select(Handover.to_agency_id).where(its, Handover.answered_at.is_(None))
    return waiting.where(Handover.direction == Direction.FORWARD)


@cache
def _last() -> Select[Custody]:
    its = Custody.dossier_id == bindparam("dossier_id")
    return select(Custody).where(its, Custody.until.is_(None))


def _open(session: Session, dossier: Dossier) -> Custody | None:
    return session.execute(_last(), {"dossier_id": dossier.id}).scalar_one_or_none()


def _note(
    session: Session, dossier: Dossier, row: Custody | None, spot: Spot, kind: EventKind, at: dt.datetime
) -> None:
    if dossier.closed_at is not None:
        if row is not None:
            row.until = max(dossier.closed_at, row.since)
        return
    holder = _holder(dossier, spot)
    if row is not None and _same(row, holder):
        return
    if row is None and kind is EventKind.REOPENED and _resumed(session, dossier, holder):
        return
    if row is not None:
        row.until = at = max(at, row.since)
        session.flush()  # before another one opens: one may be open at a time
    held = Custody(
        dossier_id=dossier.id, kind=holder.kind, agency_id=holder.agency_id, unit_id=holder.unit_id,
        officer_id=holder.officer_id, since=at,
    )  # fmt: skip
    singlerows.leave(session, held)


def _holder(dossier: Dossier, spot: Spot) -> Holder:
    return holder_of(
        at_desk=spot.at_desk,
        agency_id=spot.agency_id,
        unit_id=spot.unit_id,
        officer_id=dossier.officer_id,
        waits=dossier.state in WAITING,
        elsewhere=dossier.step_agency_id is not None,
    )


def _same(row: Custody, holder: Holder) -> bool:
    return (row.kind, row.agency_id, row.unit_id, row.officer_id) == (
        holder.kind, holder.agency_id, holder.unit_id, holder.officer_id,
    )  # fmt: skip


def _resumed(session: Session, dossier: Dossier, holder: Holder) -> bool:
    """An end that was noted by mistake: whoever had it has had it all the time."""
    last = select(Custody).where(Custody.dossier_id == dossier.id).order_by(Custody.id.desc()).limit(1)
    row = session.execute(last).scalar_one_or_none()
    if row is None or not _same(row, holder):
        return False
    row.until = None
    return True
