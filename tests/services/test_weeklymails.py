"""The weekly summary: when it is written, that it says what the tables say, and how units are ranked."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.support.alarms import Desk
from tests.support.desk import Office, Worker, hire, open_office
from tests.support.moments import at
from tthc_tracker.channels.mailtext import Around
from tthc_tracker.channels.weeklytext import bars_of, write_summary
from tthc_tracker.charts.weekly import on_time_by_week
from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.domain.performance import RateName
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.queries import weeklysummary
from tthc_tracker.queries.weeklysummary import WeeklySummary
from tthc_tracker.services.weeklymails import write_summaries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONDAY = at("Mon 2026-11-23 07:00")
CLOSED = at("Wed 2026-11-18 10:00")  # in the week that Monday looks back at
WEEK = dt.timedelta(days=7)
EARLY, ON_TIME, LATE = FinishClass.EARLY, FinishClass.ON_TIME, FinishClass.LATE


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


@pytest.fixture
def leader(write: "Session", office: Office) -> Worker:
    return hire(write, "Hoàng Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)


def done(desk: Desk, many: int, outcome: FinishClass, unit: int, closed: dt.datetime = CLOSED) -> None:
    for _ in range(many):
        desk.running(
            state=State.FINISHED, closed_at=closed, closed_on=closed.date(), finish_class=outcome,
            holding_unit_id=unit, worked_minutes=480,
        )  # fmt: skip


def written(session: "Session") -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == "weekly").order_by(OutboxMessage.id)
    return list(session.execute(rows).scalars())


def summary(session: "Session", office: Office, leader: Worker) -> WeeklySummary:
    context = {"agency_id": office.ward, "week": "2026-W47"}
    found = weeklysummary.content(session, leader.user_id, context, MONDAY)
    assert found is not None
    return found


# --- when


@pytest.mark.parametrize(
    ("moments", "count"),
    [
        pytest.param(["Mon 2026-11-23 06:50"], 0, id="not before the hour"),
        pytest.param(["Mon 2026-11-23 07:00"], 1, id="on the first working morning"),
        pytest.param(["Mon 2026-11-23 07:00", "Mon 2026-11-23 07:10", "Wed 2026-11-25 07:00"], 1, id="once"),
        pytest.param(["Wed 2026-11-25 09:30"], 1, id="made up for after a standstill"),
        pytest.param(["Sun 2026-11-22 09:00", "Tue 2026-11-24 09:00"], 0, id="never on a day off"),
        pytest.param(["Mon 2026-11-23 07:00", "Mon 2026-11-30 07:00"], 2, id="every week"),
    ],
)
def test_a_head_of_an_agency_gets_one_summary_a_week(
    write: "Session", leader: Worker, moments: list[str], count: int
) -> None:
    for moment in moments:
        write_summaries(write, now=at(moment), domain="tthc.test")
    assert [mail.user_id for mail in written(write)] == [leader.user_id] * count


def test_who_wants_no_summary_gets_none(write: "Session", leader: Worker) -> None:
    write.execute(update(User).where(User.id == leader.user_id).values(summary_mail=False))
    write_summaries(write, now=MONDAY, domain="tthc.test")
    assert written(write) == []


def test_a_person_at_the_command_line_asks_no_hour(write: "Session", leader: Worker) -> None:
    early = at("Mon 2026-11-23 05:00")
    assert write_summaries(write, now=early, domain="tthc.test", whatever_the_hour=True).written == 1


# --- what


def test_the_rates_are_those_of_the_tables_beside_target_and_last_week(
    write: "Session", desk: Desk, office: Office, leader: Worker
) -> None:
    done(desk, 9, EARLY, office.land_unit)
    done(desk, 1, LATE, office.land_unit)
    done(desk, 2, ON_TIME, office.land_unit, CLOSED - WEEK)
    found = summary(write, office, leader)
    on_time = found.rates[0]
    assert (on_time.name, on_time.rate.num, on_time.rate.den) == (RateName.ON_TIME, 9, 10)
    assert (on_time.target, on_time.change) == (Decimal(95), Decimal("-10.00"))
    # The picture is counted by its own query, and ends on what the table says.
    assert [(one.rate.num, one.rate.den) for one in found.weeks[-2:]] == [(2, 2), (9, 10)]
    assert found.weeks[-1].rate == found.total.rates[RateName.ON_TIME]


def test_units_with_fewer_than_thirty_are_shown_and_not_ranked(
    write: "Session", desk: Desk, office: Office, leader: Worker
) -> None:
    done(desk, 27, EARLY, office.land_unit)
    done(desk, 3, LATE, office.land_unit, CLOSED - WEEK)
    done(desk, 29, EARLY, office.civil_unit)
    first, second = summary(write, office, leader).units
    assert (first.place, first.name, first.rate.num, first.rate.den) == (1, "Phòng Địa chính", 27, 30)
    assert (first.low, first.high) == (Decimal("74.4"), Decimal("96.5"))  # Wilson, by hand
    assert (second.place, second.name, second.low) == (None, "Phòng Hộ tịch", None)


def test_where_agencies_stand_below_these_are_ranked(
    write: "Session", desk: Desk, office: Office, leader: Worker
) -> None:
    done(desk, 2, EARLY, office.land_unit)
    context = {"agency_id": office.province, "week": "2026-W47"}
    found = weeklysummary.content(write, leader.user_id, context, MONDAY)
    assert found is not None
    assert found.of_agencies
    assert [unit.name for unit in found.units] == ["Phường Đông Hà"]


def test_an_agency_that_had_nothing_to_do_is_told_nothing(
    write: "Session", office: Office, leader: Worker
) -> None:
    context = {"agency_id": office.ward, "week": "2026-W47"}
    assert weeklysummary.content(write, leader.user_id, context, MONDAY) is None


# --- how it reads


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_letter_says_it_without_its_picture(
    write: "Session", desk: Desk, office: Office, leader: Worker
) -> None:
    done(desk, 27, EARLY, office.land_unit)
    done(desk, 3, LATE, office.land_unit)
    done(desk, 2, EARLY, office.civil_unit, CLOSED - WEEK)
    found = summary(write, office, leader)
    letter = write_summary(found, Around("https://tthc.test", fewer_url="https://tthc.test/thu/x"))
    assert letter.subject == (
        "Tuần 16/11–22/11/2026: đúng hạn 90,00 %, dưới mục tiêu 95 %, giảm 10,00 điểm so với tuần trước "
        "(Phường Đông Hà)"
    )
    for body in (letter.text, letter.html):
        assert "90,00 %" in body
        assert "27/30" in body
        assert "74,4 % – 96,5 %" in body
        assert "chưa đủ 30 hồ sơ" in body
        assert "Wilson" in body
        assert "tuần từ 09/11: 100,00 %; tuần từ 16/11: 90,00 %" in body
        assert "https://tthc.test/thu/x" in body
    assert "<img" not in letter.html
    drawn = write_summary(found, Around("https://tthc.test"), picture=b"png")
    assert 'src="cid:bieu-do@tthc" alt="Tỷ lệ đúng hạn từng tuần' in drawn.html


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_picture_is_a_png_that_changes_only_with_its_numbers(
    write: "Session", desk: Desk, office: Office, leader: Worker
) -> None:
    done(desk, 3, EARLY, office.land_unit)
    bars, target = bars_of(summary(write, office, leader))
    picture = on_time_by_week(bars, target)
    assert picture.startswith(b"\x89PNG")
    assert picture == on_time_by_week(bars, target)
    assert picture != on_time_by_week([*bars[:-1], (bars[-1][0], Decimal(40), 5)], target)
