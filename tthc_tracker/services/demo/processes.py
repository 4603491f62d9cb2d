"""Electronic processes of the demo's common procedures, and its commune's open dossiers as they run them."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.domain.lifecycle import AT_WORK, SourceKind
from tthc_tracker.domain.processes import Spot
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.process import Custody
from tthc_tracker.services import stepruns
from tthc_tracker.services.demo.words import Words
from tthc_tracker.services.processes import load_processes

# The unit of a commune that appraises, and how many working days the procedure may take.
_APPRAISED_BY = {
    "1.004873": ("VP", 3), "1.004859": ("VP", 3), "1.001612": ("KT", 3), "2.000720": ("KT", 3),
    "1.009994": ("KT", 20), "1.012783": ("KT", 5), "1.012784": ("KT", 12), "1.013831": ("KT", 10),
}  # fmt: skip
_ENDS = Decimal("0.5")  # working days at the desk, and for the signature
MOST = 200


def make_processes(session: Session, words: Words, *, now: dt.datetime) -> None:
    """Three steps each: the desk, a unit, the signature; together as long as the procedure may take."""
    names = words.phrases["process_steps"]
    lines = ["procedure,step,name,holder,unit,amount,limit_unit,signature"]
    for code, (unit, days) in _APPRAISED_BY.items():
        held = (("desk", "", _ENDS, ""), ("unit", unit, days - 2 * _ENDS, ""), ("leader", "", _ENDS, "1"))
        lines += [
            f'{code},{at},"{name}",{holder},{of},{amount},{LimitUnit.WORKING_DAY.value},{signature}'
            for at, (name, (holder, of, amount, signature)) in enumerate(zip(names, held, strict=True), 1)
        ]
    load_processes(session, "\n".join(lines), actor_id=None, now=now)
    session.flush()


def run_some(session: Session) -> None:
    """Who has held the commune's open dossiers, and where they are in their processes."""
    commune = (
        select(Membership.agency_id)
        .join(User, User.id == Membership.user_id)
        .where(User.username == "motcua")
        .scalar_subquery()
    )
    found = (
        select(Dossier)
        .join(Source, Source.id == Dossier.source_id)
        .where(
            Source.kind == SourceKind.HOME, Dossier.receiving_agency_id == commune,
            Dossier.resolving_agency_id == commune, Dossier.closed_at.is_(None),
            Dossier.accepted_at.is_not(None), Dossier.state.in_(AT_WORK),
        )
        .order_by(Dossier.accepted_at.desc(), Dossier.id)
        .limit(MOST)
    )  # fmt: skip
    for dossier in session.execute(found).scalars().all():
        _run(session, dossier)


def _run(session: Session, dossier: Dossier) -> None:
    assert dossier.accepted_at is not None
    desk, since = dossier.receiving_agency_id, dossier.accepted_at
    stepruns.begin(session, dossier, Spot(desk, at_desk=True))
    if dossier.holding_unit_id is None or dossier.held_since is None:
        _hold(session, dossier, HolderKind.DESK, since, None)
        return
    at = max(dossier.held_since.replace(second=0, microsecond=0), since)
    _hold(session, dossier, HolderKind.DESK, since, at)
    _hold(session, dossier, HolderKind.OFFICER if dossier.officer_id else HolderKind.UNIT, at, None)
    run = stepruns.running(session, dossier.id)
    if run is not None:
        spot = Spot(dossier.resolving_agency_id, dossier.holding_unit_id)
        process, _ = stepruns.process_of(session, run)
        stepruns.enter(session, dossier, process.steps[1], spot, at)


def _hold(
    session: Session, dossier: Dossier, kind: HolderKind, since: dt.datetime, until: dt.datetime | None
) -> None:
    away = kind is not HolderKind.DESK
    session.add(
        Custody(
            dossier_id=dossier.id, kind=kind, agency_id=dossier.resolving_agency_id,
            unit_id=dossier.holding_unit_id if away else None,
            officer_id=dossier.officer_id if away else None, since=since, until=until,
        )
    )  # fmt: skip
