"""What is shipped loads into an empty database, and a second time changes nothing."""

from typing import TYPE_CHECKING

import pytest

from tests.data.shipped import rows
from tests.support.moments import at
from tthc_tracker import data

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = at("Mon 2026-11-23 08:00")

pytestmark = pytest.mark.bare


def test_the_catalogue_loads_and_loading_it_again_changes_nothing(write: "Session") -> None:
    from tthc_tracker.services import catalogue

    first = catalogue.load_shipped(write, NOW)
    assert {name: outcome.added for name, outcome in first.items()} == {
        "agencies/quang_tri.csv": len(rows("agencies/quang_tri.csv")),
        "agencies/history.csv": len(rows("agencies/history.csv")),
        "agencies/successions.csv": len(rows("agencies/successions.csv")),
        "agencies/units.csv": len(rows("agencies/units.csv")),
        "procedures/procedures.csv": 40,
        "procedures/components.csv": 40,
    }
    assert not [name for name, outcome in catalogue.load_shipped(write, NOW).items() if outcome.did_something]


def test_the_calendar_loads_and_loading_it_again_changes_nothing(write: "Session") -> None:
    from tthc_tracker.services.calendars import load_calendar

    text = data.path("calendar/national.csv").read_text(encoding="utf-8")
    load_calendar(write, text, actor_id=None, now=NOW)
    outcome = load_calendar(write, text, actor_id=None, now=NOW)
    assert not outcome.did_something
    assert outcome.unchanged == len(rows("calendar/national.csv"))


def test_a_day_is_switched_off_as_the_readme_says(write: "Session") -> None:
    from tthc_tracker.queries.calendars import national_calendar
    from tthc_tracker.services.calendars import load_calendar

    text = data.path("calendar/national.csv").read_text(encoding="utf-8")
    load_calendar(write, text, actor_id=None, now=NOW)
    day = at("Tue 2026-11-24 00:00").date()
    assert not national_calendar(write).is_working_day(day)
    row = "date,kind,weekdays,windows,basis,agency\n2026-11-24,ordinary,,,lý do,\n"
    load_calendar(write, row, actor_id=None, now=NOW)
    assert national_calendar(write).is_working_day(day)
