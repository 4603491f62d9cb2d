"""The marks of a period are its tables: what is counted dossier by dossier is what the statistics count."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.support.moments import at, on
from tests.support.statisticsdata import IDS, hand_on, plant
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.signedreports import CELLS, WITHIN, behind, row
from tthc_tracker.queries import statisticslists, statutorymarks, statutorytables
from tthc_tracker.queries.statisticscells import By, Cell, Question
from tthc_tracker.queries.statisticslists import Behind
from tthc_tracker.queries.statutorymarks import SIGNED, Counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

ASK = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.LEVEL, EVERYTHING, "H50")
AFTER = at("Tue 2026-09-15 00:00")

Planted = tuple["Session", Counted]


@pytest.fixture
def planted(database: "Database") -> Iterator[Planted]:
    with database.transaction() as session:
        plant(session, Random(5), 300, on("Fri 2026-05-01"), on("Mon 2026-09-14"), AFTER)
        hand_on(
            session, 2026 * 10**10 + 7, [(dt.date(2026, 8, 3), "H50.20"), (dt.date(2026, 9, 1), "H50.01")]
        )
    with database.reading() as session:
        yield session, statutorymarks.counted(session, ASK, AFTER)


@pytest.mark.parametrize("by", SIGNED)
def test_the_tables_of_the_marks_are_those_of_the_statistics(planted: Planted, by: By) -> None:
    session, counted = planted
    assert statutorymarks.tables(session, counted)[by.value] == statutorytables.table(
        session, replace(ASK, by=by), AFTER
    )


def test_behind_every_number_stand_the_dossiers_of_its_list(planted: Planted) -> None:
    session, counted = planted
    for by in (By.AGENCY, By.SECTOR):
        table = statutorymarks.tables(session, counted)[by.value]
        for each in table.rows:
            for name in (*WITHIN, *CELLS):
                ids = behind(counted.marks, name, [row(by.value, each.key)])
                assert len(ids) == getattr(each.row, name)
                question = replace(ASK, by=by)
                listed = statisticslists.count(session, Behind(question, each.key, Cell(name)), AFTER).number
                assert listed == len(ids)


def test_a_field_of_a_level_is_what_both_have_in_common(planted: Planted) -> None:
    session, counted = planted
    groups = statutorymarks.tables(session, counted)["level"].groups
    assert [group.key for group in groups] == [Level.TINH, Level.XA]
    for group in groups:
        for each in group.rows:
            marks = [row("level", group.key), row("sector", each.key)]
            assert len(behind(counted.marks, "late", marks)) == each.row.late
    assert set(IDS) > {each.key for each in statutorymarks.tables(session, counted)["agency"].rows}
