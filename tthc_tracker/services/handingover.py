"""The one place from which a desk hands a dossier to a unit.

Whatever a hand-over is (today the unit has it at once; with a confirmation, once the unit has said so), the
batches of the desk go through here.
"""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import processing
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.processing import HandOverDossier


def to_unit(session: Session, target: Target, unit_id: int, *, person: Person, now: dt.datetime) -> Dossier:
    """Hand a dossier to a unit of its resolving agency; raises what processing.hand_over raises."""
    return processing.hand_over(session, HandOverDossier(target, unit_id), person=person, now=now)
