"""Of which fields another source says something else of a dossier than what is followed here, since when."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.differing import Field, Said, differing
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.match import SourceDifference


def own(dossier: Dossier) -> dict[Field, Any]:
    """What is followed here, of what any other system could say of it."""
    return {
        Field.STATE: dossier.state, Field.CHANNEL: dossier.channel, Field.SUBMITTED: dossier.submitted_at,
        Field.ACCEPTED: dossier.accepted_at, Field.DUE: dossier.current_due_at,
        Field.CLOSED: dossier.closed_at, Field.RETURNED: dossier.returned_at,
    }  # fmt: skip


def note(
    session: Session, dossier: Dossier, source_id: int, code: str, said: tuple[Said, Said], now: dt.datetime
) -> None:
    """Keep what another source says otherwise under its code, and forget what it no longer does.

    said: what is followed, and what the other says.
    """
    found = differing(*said)
    known = known_of(session, source_id, [code])
    put(session, dossier.id, source_id, code, found, known.get(code, {}), now)


def known_of(session: Session, source_id: int, codes: list[str]) -> dict[str, dict[Field, SourceDifference]]:
    """What is kept of these codes of a source, by code and field."""
    statement = (
        select(SourceDifference)
        .where(SourceDifference.source_id == source_id, SourceDifference.code.in_(codes))
        .order_by(SourceDifference.id)
    )
    kept: dict[str, dict[Field, SourceDifference]] = {}
    for one in session.execute(statement).scalars():
        kept.setdefault(one.code, {})[one.field] = one
    return kept


def put(
    session: Session, dossier_id: int, source_id: int, code: str, found: Mapping[Field, str],
    known: Mapping[Field, SourceDifference], now: dt.datetime,
) -> None:  # fmt: skip
    """Write what differs now over what did before; what goes on to differ keeps its moment."""
    for field in known.keys() - found.keys():
        session.delete(known[field])
    for field, said in found.items():
        if field in known:
            known[field].said, known[field].dossier_id = said, dossier_id
        else:
            its = {"source_id": source_id, "code": code, "field": field, "dossier_id": dossier_id}
            session.add(SourceDifference(**its, said=said, since=now))


def forget(session: Session, source_id: int, codes: list[str]) -> None:
    """The source says nothing under these any more."""
    its = (SourceDifference.source_id == source_id, SourceDifference.code.in_(codes))
    session.execute(delete(SourceDifference).where(*its))
