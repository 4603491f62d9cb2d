"""What hangs on a dossier, told with the dossier itself: nobody asks again for what is not there.

Most dossiers have no pause, no alert, no second code; a look at an index says so for a fortieth of what a
statement of its own takes.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from tthc_tracker.models.agency import AgencyScope
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.apology import Outage
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import Pause
from tthc_tracker.models.process import StepRun
from tthc_tracker.models.reception import JointReception
from tthc_tracker.queries.freshness import told_at


@dataclass(frozen=True, slots=True)
class Attached:
    """Whether a dossier has any. handover: one that nobody has answered; alerts: that stand; codes: besides
    its own; together: others on the same receipt; outages: of another system, while its desk received it.
    told_at: how new what its source says is (queries.freshness)."""

    pauses: bool
    handover: bool
    steps: bool
    alerts: bool
    codes: bool
    together: bool
    outages: bool
    told_at: dt.datetime | None


def columns() -> list[Any]:
    """The columns of `Attached`, for a statement that reads a dossier."""
    other = aliased(DossierCode)
    shared = or_(JointReception.dossier_id == Dossier.id, JointReception.first_id == Dossier.id)
    return [
        exists().where(Pause.dossier_id == Dossier.id),
        exists().where(Handover.dossier_id == Dossier.id, Handover.answered_at.is_(None)),
        exists().where(StepRun.dossier_id == Dossier.id),
        exists().where(Alert.dossier_id == Dossier.id, Alert.closed_at.is_(None)),
        exists().where(other.dossier_id == Dossier.id, other.code != Dossier.code),
        exists().where(shared),
        exists().where(meanwhile()),
        told_at(),
    ]


def meanwhile() -> ColumnElement[bool]:
    """The condition on outages: this one lasted when the desk received the dossier, and is of its sector."""
    above = select(AgencyScope.ancestor_id).where(AgencyScope.descendant_id == Dossier.receiving_agency_id)
    return and_(
        Outage.agency_id.in_(above.correlate(Dossier)),
        Outage.began_at <= Dossier.accepted_at,
        or_(Outage.ended_at.is_(None), Outage.ended_at > Dossier.accepted_at),
        or_(Outage.sector_id.is_(None), Outage.sector_id == Dossier.sector_id),
    )
