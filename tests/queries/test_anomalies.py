"""Signs that a record is not what happened: each number opens its list, codes disagree as the law says."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.services.conftest import desk, keyring, office
from tests.support.alarms import RECEIVED, Desk
from tests.support.desk import Office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.anomalies import RULE_OF, Sign, code_disagrees
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import anomalies
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, integrity

__all__ = ["desk", "keyring", "office"]

pytestmark = pytest.mark.usefixtures("office")

NOW = at("Mon 2026-11-23 09:00")
ANY = Filters()
DAY = dt.timedelta(days=1)
NO_DATE: dict[str, Any] = dict.fromkeys(
    ("first_due_at", "due_at", "due_on", "current_due_at", "late_from", "overdue_from", "due_soon_from",
     "very_overdue_from")
)  # fmt: skip


def accepted(days_later: int, **more: Any) -> dict[str, Any]:
    moment = RECEIVED + DAY * days_later
    return {"accepted_at": moment, "accepted_on": moment.date(), **more}


def closed(**more: Any) -> dict[str, Any]:
    return {"state": State.FINISHED, "closed_at": NOW, "closed_on": NOW.date(), **more}


@pytest.fixture
def found(write: Session, desk: Desk) -> dict[Sign, Dossier]:
    """A dossier for each sign that dossiers bear, and some that bear none."""
    made = {
        Sign.NO_DUE_DATE: desk.running("provincial-portal", **NO_DATE),
        Sign.DUE_ON_DAY_OFF: desk.running(due_on_day_off=True),
        Sign.CODES_DISAGREE: desk.running(**accepted(1)),
        Sign.UNBALANCED: desk.running(**closed()),
        Sign.FINISH_TYPED_LATE: desk.running(),
        Sign.STATUS_BACKWARDS: desk.running(),
    }
    desk.running()
    desk.running(**accepted(3, submitted_at=RECEIVED))
    desk.running(**closed(due_on_day_off=True, finish_class="early"))
    alerts.raise_due(write, Directory(write, NOW.date()), now=NOW)
    for sign in (Sign.FINISH_TYPED_LATE, Sign.STATUS_BACKWARDS):
        integrity.flag(write, made[sign], RULE_OF[sign], NOW)
    write.flush()
    return made


def test_each_number_opens_its_list(write: Session, office: Office, found: dict[Sign, Dossier]) -> None:
    (row,) = anomalies.by_agency(write, office.controller.scope)
    assert (row.code, row.total) == ("H50.19000", len(found))
    for sign in Sign:
        page = anomalies.page(write, sign, ANY, office.controller.scope)
        wanted = [found[sign].code] if sign in found else []
        assert [one.code for one in page.rows] == wanted, sign
        assert anomalies.count(write, sign, ANY, office.controller.scope).number == row.numbers[sign]


def test_each_number_of_a_unit_opens_its_list(
    write: Session, office: Office, found: dict[Sign, Dossier]
) -> None:
    found[Sign.DUE_ON_DAY_OFF].holding_unit_id = found[Sign.FINISH_TYPED_LATE].holding_unit_id
    found[Sign.CODES_DISAGREE].holding_unit_id = None
    write.flush()
    scope = office.controller.scope
    units = anomalies.by_unit(write, scope, "H50.19000")
    (row,) = anomalies.by_agency(write, scope)
    assert sum(one.total for one in units) == row.total
    assert "0" in {one.code for one in units}, "what no unit has"
    for one in units:
        for sign in Sign:
            narrowed = Filters(only="H50.19000", unit=int(one.code))
            assert anomalies.count(write, sign, narrowed, scope).number == one.numbers[sign], (one.name, sign)
    assert anomalies.by_unit(write, scope, "H50.19001") == []
    assert anomalies.by_unit(write, office.stranger.scope, "H50.19000") == []


def test_nobody_sees_those_of_another_agency(
    write: Session, office: Office, found: dict[Sign, Dossier]
) -> None:
    assert anomalies.by_agency(write, office.stranger.scope) == []
    for sign in found:
        assert not anomalies.page(write, sign, ANY, office.stranger.scope).rows
        elsewhere = Filters(agency="H50.19001")
        assert anomalies.count(write, sign, elsewhere, office.controller.scope).number == 0


def test_pages_join_and_people_are_masked(write: Session, office: Office, desk: Desk) -> None:
    codes = [desk.running(due_on_day_off=True).code for _ in range(5)]
    rows, after = [], ""
    while True:
        page = anomalies.page(write, Sign.DUE_ON_DAY_OFF, ANY, office.controller.scope, after=after, size=2)
        rows += page.rows
        if not (after := page.after):
            break
    assert [one.code for one in rows] == codes[::-1]
    assert {one.owner for one in rows} == {"Nguyễn V. A."}


def test_a_deed_that_somebody_has_looked_at_is_no_sign_any_more(
    write: Session, office: Office, found: dict[Sign, Dossier]
) -> None:
    standing = anomalies.page(write, Sign.FINISH_TYPED_LATE, ANY, office.controller.scope).rows
    alerts.close(write, [one.id for one in standing], NOW)
    assert not anomalies.page(write, Sign.FINISH_TYPED_LATE, ANY, office.controller.scope).rows
    assert Rule.FINISH_TYPED_LATE in RULE_OF.values()


CODES = {
    "of the day it was accepted": ("H50.19000-261109-0001", None, 9, False),
    "of the day before": ("H50.19000-261108-0001", None, 9, True),
    "of a day to come": ("H50.19000-261110-0001", None, 9, True),
    "of the day it was filed": ("H50.19000-261105-0001", 5, 9, False),
    "of a day between": ("H50.19000-261107-0001", 5, 9, False),
    "of a day before it was filed": ("H50.19000-261104-0001", 5, 9, True),
    "of the old pattern": ("000.00.14.H56-261101-0001", None, 9, True),
    "that names no day": ("BTP/2026/123456", None, 9, False),
    "that only looks like one": ("H50.19000-269999-0001", None, 9, False),
}


@pytest.mark.parametrize(("code", "filed", "taken", "wrong"), CODES.values(), ids=CODES)
def test_a_code_disagrees_in_sql_as_in_the_law(
    write: Session, office: Office, desk: Desk, code: str, filed: int | None, taken: int, wrong: bool
) -> None:
    accepted_on = dt.date(2026, 11, taken)
    filed_on = dt.date(2026, 11, filed) if filed else None
    assert code_disagrees(code, filed_on, accepted_on) is wrong
    moment = dt.datetime.combine(accepted_on, dt.time(9), RECEIVED.tzinfo)
    early = dt.datetime.combine(filed_on, dt.time(0, 30), RECEIVED.tzinfo) if filed_on else None
    desk.running(code=code, accepted_at=moment, accepted_on=accepted_on, submitted_at=early)
    rows = anomalies.page(write, Sign.CODES_DISAGREE, ANY, office.controller.scope).rows
    assert [one.code for one in rows] == [code] * wrong
