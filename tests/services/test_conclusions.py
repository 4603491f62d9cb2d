"""Conclusions of a session: noted once, moved with a reason, carried out, told of as dossiers are."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import Office, hire, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import OF_SESSIONS
from tthc_tracker.domain.conclusions import Progress
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.periods import quarter
from tthc_tracker.domain.permissions import Role
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.queries import conclusionlist
from tthc_tracker.queries import conclusions as reads
from tthc_tracker.queries.conclusionlist import Question
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import conclusions, sessionalerts
from tthc_tracker.services.conclusions import NoteConclusion

pytestmark = pytest.mark.usefixtures("office")

HELD = at("Mon 2026-10-05 09:00")
DUE = dt.date(2026, 11, 20)  # a Friday


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def told(office: Office, owner: str = "H50.19000") -> NoteConclusion:
    return NoteConclusion(
        new_key(), office.province, quarter(2026, 3), HELD.date(), "Giải quyết dứt điểm hồ sơ quá hạn", owner,
        "Văn phòng", DUE,
    )  # fmt: skip


def noted(write: Session, office: Office) -> int:
    return conclusions.note(write, told(office), person=office.controller, now=HELD)


def stands(write: Session, office: Office, one: int, day: dt.date) -> Progress:
    return reads.find(write, one, office.controller.scope, day).progress


def test_it_is_noted_once_and_seen_by_its_owner_and_those_above(office: Office, write: Session) -> None:
    command = told(office)
    first = conclusions.note(write, command, person=office.controller, now=HELD)
    assert conclusions.note(write, command, person=office.controller, now=HELD) == first
    assert [one.id for one in reads.listed(write, office.clerk.scope, HELD.date())] == [first]
    assert reads.listed(write, office.stranger.scope, HELD.date()) == ()
    with pytest.raises(NotFound):
        reads.find(write, first, office.stranger.scope, HELD.date())


def test_it_is_moved_with_a_reason_and_its_first_day_stays(office: Office, write: Session) -> None:
    one, later = noted(write, office), DUE + dt.timedelta(days=10)
    conclusions.move(write, one, later, "Chờ phần mềm", version=1, person=office.controller, now=HELD)
    found = reads.find(write, one, office.controller.scope, HELD.date())
    assert (found.first_due_on, found.due_on, found.version) == (DUE, later, 2)
    with pytest.raises(InvalidInput, match="vì sao"):
        conclusions.move(write, one, later, "", version=2, person=office.controller, now=HELD)
    head = hire(write, "Trưởng Xã", Role.HEAD_OF_AGENCY, office.ward)
    with pytest.raises(NotAllowed):  # its owner does not move it
        conclusions.move(write, one, later, "Xin thêm", version=2, person=head, now=HELD)


def test_its_owner_says_with_what_it_was_carried_out(office: Office, write: Session) -> None:
    one, head = noted(write, office), hire(write, "Trưởng Xã", Role.HEAD_OF_AGENCY, office.ward)
    now = at("Sat 2026-11-21 09:00")
    ahead = now.date() + dt.timedelta(days=1)
    with pytest.raises(InvalidInput, match="từ ngày họp"):
        conclusions.finish(write, one, ahead, "Xong", version=1, person=head, now=now)
    with pytest.raises(StaleVersion):
        conclusions.finish(write, one, now.date(), "Xong", version=7, person=head, now=now)
    conclusions.finish(write, one, now.date(), "Báo cáo 5/BC", version=1, person=head, now=now)
    assert stands(write, office, one, now.date()) is Progress.DONE_LATE
    with pytest.raises(InvalidInput, match="đã xong"):
        conclusions.finish(write, one, now.date(), "Lại", version=2, person=head, now=now)


def test_others_conclude_and_finish_nothing(office: Office, write: Session) -> None:
    one, head = noted(write, office), hire(write, "Trưởng Xã Khác", Role.HEAD_OF_AGENCY, office.other)
    with pytest.raises(NotAllowed):
        conclusions.finish(write, one, HELD.date(), "Xong", version=1, person=head, now=HELD)
    with pytest.raises(NotAllowed):
        conclusions.note(write, told(office), person=head, now=HELD)
    own = replace(told(office), agency_id=office.other)
    with pytest.raises(InvalidInput, match="trong phạm vi"):
        conclusions.note(write, own, person=head, now=HELD)


def test_it_is_told_of_as_a_dossier_is(office: Office, write: Session) -> None:
    head = hire(write, "Trưởng Xã", Role.HEAD_OF_AGENCY, office.ward)
    one = noted(write, office)

    def scan(moment: str) -> list[tuple[str, int]]:
        now = at(moment)
        sessionalerts.settle(write, Directory(write, now.date()), now=now)
        open_ones = Alert.rule.in_(sorted(OF_SESSIONS)), Alert.closed_at.is_(None)
        found = write.execute(select(Alert.rule, Alert.version).where(*open_ones).order_by(Alert.id))
        return [(rule.value, version) for rule, version in found]

    assert scan("Mon 2026-11-16 09:00") == []
    assert scan("Wed 2026-11-18 09:00") == [("conclusion_due_soon", one)]
    assert scan("Sat 2026-11-21 09:00") == [("conclusion_overdue", one)]
    later = DUE + dt.timedelta(days=30)
    moved = at("Mon 2026-11-23 09:00")
    conclusions.move(write, one, later, "Gia hạn", version=1, person=office.controller, now=moved)
    assert scan("Mon 2026-11-23 10:00") == []
    assert scan("Mon 2026-12-21 09:00") == [("conclusion_overdue", one)]
    rings = select(AlertRecipient.user_id).join(Alert, Alert.id == AlertRecipient.alert_id)
    open_ones = rings.where(AlertRecipient.open, Alert.closed_at.is_(None))
    assert set(write.execute(open_ones).scalars()) == {head.user_id, office.controller.user_id}
    conclusions.finish(
        write, one, moved.date(), "Xong", version=2, person=head, now=at("Mon 2026-12-21 10:00")
    )
    assert scan("Mon 2026-12-21 11:00") == []


def test_they_are_listed_by_how_they_stand_what_is_due_first_and_found_by_quarter_owner_and_day(
    office: Office, write: Session
) -> None:
    scope, today = office.controller.scope, dt.date(2026, 11, 24)

    def ask(**words: str) -> list[int]:
        asked, now = Question.of(words), at("Tue 2026-11-24 09:00")
        rows, after = [], ""
        while True:
            found = conclusionlist.page(write, asked, scope, now, after=after, size=1)
            rows += [one.id for one in found.rows]
            if not (after := found.after):
                assert conclusionlist.count(write, asked, scope, now).number == len(rows)
                assert conclusionlist.counts(write, asked, scope, now)[asked.tab] == len(rows)
                return rows

    late = noted(write, office)
    commands = [
        replace(told(office), due_on=dt.date(2026, 12, 1)),
        replace(told(office, "H50"), due_on=dt.date(2026, 10, 20)),
        replace(told(office), period=quarter(2026, 2), due_on=dt.date(2026, 12, 31)),
    ]
    later, done, last = (
        conclusions.note(write, command, person=office.controller, now=HELD) for command in commands
    )
    conclusions.finish(
        write, done, today, "Đã rà soát xong", version=1, person=office.controller,
        now=at("Tue 2026-11-24 09:00"),
    )  # fmt: skip
    assert ask() == ask(tab="what") == [late, later, last]
    assert ask(tab="overdue") == [late]
    assert ask(tab="done") == [done]
    assert ask(tab="all") == [last, later, late, done]
    assert ask(period="2026-Q2") == [last]
    assert ask(agency="H50.19000", to="2026-11-30") == [late]
    assert ask(level="tinh", tab="all") == [done]
    assert conclusionlist.periods(write, scope) == ("2026-Q3", "2026-Q2")
    assert conclusionlist.periods(write, office.stranger.scope) == ("2026-Q3",)
    seen = conclusionlist.page(write, Question.of({"tab": "all"}), office.stranger.scope, HELD)
    assert [one.id for one in seen.rows] == [done], "what the province owes concerns all below it"


@pytest.mark.parametrize("cursor", ["", "x", "WyJ4IiwxXQ", "WzEsMl0"])
def test_a_page_after_what_nobody_gave_is_the_first(office: Office, write: Session, cursor: str) -> None:
    one = noted(write, office)
    found = conclusionlist.page(write, Question.of({}), office.controller.scope, HELD, after=cursor)
    assert [row.id for row in found.rows] == [one]
