"""What stands around every page, in one statement: it is asked with each of them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, true
from sqlalchemy.orm import Session

from tthc_tracker.models.alert import STANDS_OPEN, AlertRecipient
from tthc_tracker.models.job import Heartbeat
from tthc_tracker.models.keptlist import ListExport
from tthc_tracker.queries import underway
from tthc_tracker.queries.operations import SCAN, LastScan, scan_told


@dataclass(frozen=True)
class Surroundings:
    """What calls a person (his open alerts, files that lie ready and unfetched), and the last scan that came
    to its end; None before the first."""

    alerts: int
    files: int
    scan: LastScan | None


def begin(session: Session, user_id: int) -> None:
    """Have what stands around a page under way."""
    underway.begin(session, _surroundings(), {"user_id": user_id}, plain=True)


def surroundings(session: Session, user_id: int) -> Surroundings:
    """What stands around the pages of a person."""
    found = underway.answer(session, _surroundings(), {"user_id": user_id}, plain=True)
    alerts, files, *heartbeat = found.one()
    return Surroundings(alerts, files, scan_told(*heartbeat))


@cache
def _surroundings() -> Select[*tuple[Any, ...]]:
    alerts = select(func.count()).select_from(AlertRecipient)
    alerts = alerts.where(AlertRecipient.user_id == bindparam("user_id"), STANDS_OPEN)
    files = select(func.count()).select_from(ListExport)
    files = files.where(
        ListExport.user_id == bindparam("user_id"),
        ListExport.status == "ready",
        ListExport.fetched_at.is_(None),
    )
    person = select(
        alerts.scalar_subquery().label("alerts"), files.scalar_subquery().label("files")
    ).subquery()
    scan = select(Heartbeat.last_ok_at, Heartbeat.last_counts, Heartbeat.last_error)
    scan_row = scan.where(Heartbeat.component == SCAN).subquery()
    return select(person, scan_row).select_from(person.outerjoin(scan_row, true()))
