"""The table as it was known on a day is the one of what had been recorded by then."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests.support.moments import at, on
from tests.support.statisticsdata import hand_on, plant
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries import statisticslists, statutorytables
from tthc_tracker.queries.statistics import counted_live, statutory
from tthc_tracker.queries.statisticscells import By, Cell, Question
from tthc_tracker.queries.statisticslists import Behind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

NOW, DAY = at("Thu 2026-12-31 12:00"), on("Mon 2026-07-20")
ASK = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING)
_TOLD = [EventKind.FINISHED, EventKind.WITHDRAWN, EventKind.STOPPED, EventKind.SOURCE_UPDATED]


@pytest.fixture
def told(
    database: "Database",
) -> Iterator[tuple["Session", dict[int, tuple[dt.datetime, dt.datetime | None]]]]:
    """Dossiers, and when the acceptance and the end of each were recorded."""
    random, recorded = Random(8), {}
    with database.transaction() as session:
        plant(session, random, 120, on("Fri 2026-05-01"), on("Wed 2026-08-12"), NOW)
        rows = session.execute(
            select(Dossier.id, Dossier.accepted_at, Dossier.closed_at).order_by(Dossier.id)
        )
        for one, accepted, closed in rows.all():
            late = [dt.timedelta(days=random.choice([0, 0, 3, 40])) for _ in range(2)]
            first = random.choice([EventKind.RECEIVED, EventKind.IMPORTED])
            recorded[one] = accepted + late[0], closed and closed + late[1]
            _tell(session, one, 1, first, recorded[one][0])
            if closed is not None:
                kind = random.choice(_TOLD)
                facts = {"closed_at": [None, closed.isoformat()]} if kind is EventKind.SOURCE_UPDATED else {}
                _tell(session, one, 2, kind, recorded[one][1], facts)
                _tell(session, one, 3, EventKind.SOURCE_UPDATED, NOW, {"abstract": ["a", "b"]})
                _tell(
                    session,
                    one,
                    4,
                    EventKind.SOURCE_UPDATED,
                    NOW,
                    {"closed_at": ["2026-01-01", "2026-01-02"]},
                )
        yield session, recorded
        session.rollback()


def _tell(
    session: "Session", one: int, seq: int, kind: EventKind, when: dt.datetime | None, facts: Any = None
) -> None:
    event = {"dossier_id": one, "seq": seq, "kind": kind, "occurred_at": when, "recorded_at": when}
    session.execute(insert(DossierEvent), [event | {"actor_name": "", "facts": facts or {}}])


def test_what_was_recorded_later_was_not_known(
    told: tuple["Session", dict[int, tuple[dt.datetime, dt.datetime | None]]],
) -> None:
    session, recorded = told
    some = list(recorded)[::9]
    for one in some:
        hand_on(session, one, [(on("Fri 2026-07-10"), "H50.20")])
    asked = [replace(ASK, by=by, known_on=DAY) for by in (By.LEVEL, By.AGENCY, By.SECTOR, By.MONTH)]
    asked += [replace(ASK, agency="H50.20", known_on=DAY, start=on("Wed 2026-07-01"))]
    before = [statutory(session, each, NOW) for each in asked]
    form = statutorytables.table(session, asked[0], NOW)
    numbers = {
        cell: statisticslists.total(session, Behind(asked[1], "", cell), NOW)
        for cell in (
            Cell.RECEIVED,
            Cell.RESOLVED,
            Cell.OPEN_WITHIN,
            Cell.OPEN_OVERDUE,
            Cell.CARRIED,
            Cell.LATE,
        )
    }
    row = before[1].total.row
    for cell, number in numbers.items():
        assert number == getattr(row, cell.value), cell
    assert form.total == row
    assert statutory(session, replace(ASK, known_on=None), NOW).total.row != row
    _forget_what_came_later(session, recorded)
    for each, table in zip(asked, before, strict=True):
        wanted = counted_live(session, replace(each, known_on=None), NOW)
        assert [(line.key, line.row) for line in table.rows] == [(line.key, line.row) for line in wanted.rows]
        assert table.total.row == wanted.total.row


def _forget_what_came_later(
    session: "Session", recorded: dict[int, tuple[dt.datetime, dt.datetime | None]]
) -> None:
    after = at("Tue 2026-07-21 00:00")
    kept = select(Dossier.id).where(Dossier.state != State.CANCELLED).order_by(Dossier.id)
    open_again = {"closed_at": None, "closed_on": None, "finish_class": None, "state": State.PROCESSING}
    for one in session.execute(kept).scalars().all():
        accepted, closed = recorded[one]
        change = {"state": State.CANCELLED} if accepted >= after else open_again
        if accepted >= after or (closed is not None and closed >= after):
            session.execute(update(Dossier).where(Dossier.id == one).values(**change))
