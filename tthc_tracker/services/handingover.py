"""The one place from which a desk's batches hand a dossier on.

The other side confirms it (services.handovers); until it has, the dossier waits there and may be taken back.
"""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.dayclosing import WHOLE_AGENCY
from tthc_tracker.services import processing
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.processing import HandOverDossier


def to_unit(session: Session, target: Target, unit_id: int, *, person: Person, now: dt.datetime) -> Dossier:
    """Hand a dossier to a unit of its resolving agency, or (`WHOLE_AGENCY`) to that agency.

    Raises what processing.hand_over raises.
    """
    command = HandOverDossier(target, None if unit_id == WHOLE_AGENCY else unit_id)
    return processing.hand_over(session, command, person=person, now=now)
