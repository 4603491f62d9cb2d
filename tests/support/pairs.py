"""Two dossiers that may be one, as a file's job proposes them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import OPENED
from tthc_tracker.domain.matching import MatchState
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.match import DossierMatch


def propose(session: Session, one: int, other: int) -> int:
    """Propose that two dossiers are one, by the latest file that was read in; the number of the proposal."""
    batch = session.execute(select(ImportBatch.id).order_by(ImportBatch.id.desc()).limit(1)).scalar_one()
    match = DossierMatch(
        first_id=min(one, other), second_id=max(one, other), state=MatchState.PROPOSED, proposed_at=OPENED,
        batch_id=batch, before={},
    )  # fmt: skip
    session.add(match)
    session.flush()
    return match.id
