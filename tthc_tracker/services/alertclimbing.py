"""Let alerts climb whose time has come, in bounded batches: the people of the next rung get them as well."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services.alertclocks import COLUMNS, watch
from tthc_tracker.services.alertladder import Ladder
from tthc_tracker.services.alerts import BATCH, insert_for


def climb(
    session: Session, directory: Directory, *, now: dt.datetime, limit: int = BATCH
) -> tuple[int, bool]:
    """Take the alerts up that nobody has acknowledged in time, one rung each; how many, whether more wait.

    By state: what was missed while nothing ran is climbed by the next run, rung by rung.
    """
    due = (
        select(Alert.id, Alert.rule, Alert.agency_id, Alert.unit_id, Alert.dossier_id, Alert.rung,
               func.coalesce(Alert.counts_from, Alert.raised_at).label("since"))
        .where(Alert.closed_at.is_(None), Alert.climbs_at <= now)
        .order_by(Alert.climbs_at, Alert.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    rows = session.execute(due).all()
    if not rows:
        return 0, False
    places, ladder = _places(session, rows, directory), Ladder(session, directory.terms)
    reached: list[dict[str, Any]] = []
    moved = []
    for row in rows:
        steps = directory.terms_of(row.rule, places[row.id]).ladder
        rung = min(row.rung + 1, len(steps))  # its ladder may have been shortened since
        if rung > row.rung:
            reached += [
                {"alert_id": row.id, "user_id": user_id, "open": True, "since": now, "climbed": True}
                for user_id in sorted(directory.on_rung(row.rule, places[row.id], rung))
            ]
        following = ladder.climbs_at(row.rule, row.agency_id, rung, row.since)
        moved.append({"id": row.id, "rung": max(rung, row.rung), "climbs_at": following})
    session.execute(update(Alert), moved)
    if reached:
        session.execute(insert_for(session, AlertRecipient).on_conflict_do_nothing(), reached)
    return len(rows), len(rows) == limit


def _places(session: Session, rows: Any, directory: Directory) -> dict[int, Place]:
    """Where each alert belongs now, by alert."""
    ids = [row.dossier_id for row in rows if row.dossier_id is not None]
    dossiers = session.execute(select(*COLUMNS).where(Dossier.id.in_(ids))).mappings().all()
    watched = {one.row["id"]: one for one in watch(session, dossiers, directory.terms)}
    return {
        row.id: Place(row.agency_id, row.agency_id, row.unit_id)
        if row.dossier_id is None
        else watched[row.dossier_id].place(row.rule)
        for row in rows
    }
