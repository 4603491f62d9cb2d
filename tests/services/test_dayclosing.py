"""The close of a day: what is left at a desk, all of it handed over, and what is not right."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import HANOI, at, on
from tthc_tracker.domain.dayclosing import Mismatch
from tthc_tracker.domain.errors import DuplicateSubmission, InvalidInput, NotAllowed, NotNow, StaleVersion
from tthc_tracker.domain.lifecycle import EventKind, ResultKind, ReturnMethod, State
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.domain.receptionfacts import Fee, Paper, Party, ReceptionFacts
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.printouts import handover_slip
from tthc_tracker.queries import daychecks, dayclosing, daylists
from tthc_tracker.queries.commonprocedures import digit_keys
from tthc_tracker.queries.daylists import DayList
from tthc_tracker.queries.deskdays import DeskDay, desk_day
from tthc_tracker.queries.handoverslips import Taker, handover_sheet
from tthc_tracker.services.acting import Target
from tthc_tracker.services.dayclosing import HandOver, HandOverDay, RowResult, hand_over_day
from tthc_tracker.services.handovers import TakeBack, take_back
from tthc_tracker.services.reception import ReceiveDossier, Reception, receive
from tthc_tracker.services.receptionchanges import CancelReception, cancel
from tthc_tracker.services.release import FinishDossier, ReturnResult, finish, return_result
from tthc_tracker.services.sameday import ResolveAtOnce, resolve_at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONDAY = on("Mon 2026-11-23")
MORNING, LATE = at("Mon 2026-11-23 09:00"), at("Mon 2026-11-23 15:01")
CLOSING = at("Mon 2026-11-23 16:30")
AN = Party("Nguyễn Văn An", id_number="045090001234")
FACTS = ReceptionFacts("1.004873", AN, papers=(Paper("Tờ khai", originals=1),))


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def take(session: "Session", office: Office, now: dt.datetime = MORNING, **more: Any) -> Reception:
    facts = replace(FACTS, **more)
    return receive(session, ReceiveDossier(new_key(), office.ward, facts), actor=office.clerk, now=now)


def send(session: "Session", office: Office, *rows: HandOver, **more: Any) -> tuple[RowResult, ...]:
    command = HandOverDay(more.pop("key", new_key()), more.pop("desk", office.ward), rows)
    return hand_over_day(session, command, person=more.pop("person", office.clerk), now=CLOSING)


def waiting(session: "Session", office: Office, day: dt.date = MONDAY) -> dayclosing.AtDesk:
    return dayclosing.at_desk(session, office.ward, day, HANOI)


def the_day(session: "Session", office: Office, now: dt.datetime = CLOSING) -> DeskDay:
    return desk_day(session, office.clerk.memberships, None, None, now)


def listed(session: "Session", office: Office, which: DayList, **more: Any) -> list[daylists.Row]:
    at = the_day(session, office)
    rows = list(daylists.page(session, which, at, **more).rows)
    assert daylists.count(session, which, at).number == len(rows)
    return rows


def codes(rows: tuple[dayclosing.Waiting, ...]) -> list[str]:
    return [row.code for row in rows]


def test_what_came_after_three_o_clock_heads_the_next_working_day(write: "Session", office: Office) -> None:
    late, early = take(write, office, LATE), take(write, office)
    today = waiting(write, office)
    assert (codes(today.today), codes(today.tomorrow)) == ([early.code], [late.code])
    assert today.tomorrow[0].due_by == at("Wed 2026-11-25 08:00")  # the 24th is a holiday
    morning = take(write, office, at("Wed 2026-11-25 07:30"))
    wednesday = waiting(write, office, on("Wed 2026-11-25"))
    assert codes(wednesday.today) == [early.code, late.code, morning.code]


def test_nothing_is_left_out_because_its_day_has_passed(write: "Session", office: Office) -> None:
    forgotten = take(write, office, at("Mon 2026-11-16 09:00"))
    assert codes(waiting(write, office).today) == [forgotten.code]


def test_one_key_hands_each_to_its_unit(write: "Session", office: Office) -> None:
    first, second = take(write, office), take(write, office)
    results = send(
        write, office,
        HandOver(Target(second.code, 1), office.civil_unit),
        HandOver(Target(first.code, 1), office.land_unit),
    )  # fmt: skip
    assert [(one.code, one.unit_id, one.refused) for one in results] == [
        (first.code, office.land_unit, None), (second.code, office.civil_unit, None),
    ]  # fmt: skip
    assert waiting(write, office).today == ()
    dossier = write.get_one(Dossier, first.dossier_id)
    assert (dossier.state, dossier.holding_unit_id, dossier.officer_id) == (
        State.PROCESSING, office.land_unit, None,
    )  # fmt: skip
    kinds = write.execute(select(DossierEvent.kind).where(DossierEvent.dossier_id == dossier.id))
    assert kinds.scalars().all() == [EventKind.RECEIVED, EventKind.HANDED_OVER]
    facts = write.execute(select(AuditEntry.facts).where(AuditEntry.action == "day_handed_over")).scalar_one()
    assert facts == {"handed_over": 2, "refused": 0}
    units = dayclosing.handed_over(write, office.ward, MONDAY, HANOI)
    assert {(one.unit, one.dossiers, one.unconfirmed) for one in units} == {
        ("Phòng Hộ tịch", 1, 1), ("Phòng Địa chính", 1, 1),
    }  # fmt: skip


def test_what_goes_to_ones_own_unit_needs_no_confirmation_and_has_no_slip(
    write: "Session", office: Office
) -> None:
    first, second = take(write, office), take(write, office)
    both = [first.code, second.code]
    colleague = replace(office.clerk, memberships=(Membership(Role.CLERK, office.ward, office.civil_unit),))
    send(
        write, office,
        HandOver(Target(first.code, 1), office.civil_unit),
        HandOver(Target(second.code, 1), office.land_unit),
        person=colleague,
    )  # fmt: skip
    assert dayclosing.on_their_way(write, both) == 1
    assert [row.code for row in listed(write, office, DayList.HANDED)] == [second.code]


def test_what_is_taken_back_lies_at_the_desk_again(write: "Session", office: Office) -> None:
    made = take(write, office)
    send(write, office, HandOver(Target(made.code, 1), office.land_unit))
    take_back(write, TakeBack(Target(made.code, None)), person=office.clerk, now=CLOSING)
    assert codes(waiting(write, office).today) == [made.code]
    assert dayclosing.handed_over(write, office.ward, MONDAY, HANOI) == ()


def test_a_refused_row_says_why_and_leaves_the_others_alone(write: "Session", office: Office) -> None:
    made = [take(write, office) for _ in range(4)]
    finish(
        write, FinishDossier(Target(made[3].code, 1), ResultKind.GRANTED), person=office.clerk, now=CLOSING
    )
    results = send(
        write, office,
        HandOver(Target(made[0].code, 1), office.land_unit),
        HandOver(Target(made[1].code, 7), office.land_unit),
        HandOver(Target(made[2].code, 1), None),
        HandOver(Target(made[3].code, 2), office.land_unit),
    )  # fmt: skip
    kinds = [type(result.refused) for result in results]
    assert kinds == [type(None), StaleVersion, InvalidInput, NotNow]
    assert codes(waiting(write, office).today) == [made[1].code, made[2].code]


def test_the_same_list_sent_twice_is_carried_out_once(write: "Session", office: Office) -> None:
    row, key = HandOver(Target(take(write, office).code, 1), office.land_unit), new_key()
    send(write, office, row, key=key)
    with pytest.raises(DuplicateSubmission):
        send(write, office, row, key=key)


def test_it_is_bounded_and_for_ones_own_desk(write: "Session", office: Office) -> None:
    row = HandOver(Target(take(write, office).code, 1), office.land_unit)
    for rows in ((), (row,) * (dayclosing.MOST + 1)):
        with pytest.raises(InvalidInput):
            send(write, office, *rows)
    with pytest.raises(NotAllowed):
        send(write, office, row, person=office.stranger)
    (foreign,) = send(write, office, row, person=office.stranger, desk=office.other)
    assert foreign.refused is not None  # a code of another desk is found by nobody else
    assert codes(waiting(write, office).today) == [row.target.code]


def test_the_unit_is_the_one_that_took_the_like_before(write: "Session", office: Office) -> None:
    assert waiting(write, office).today == ()
    first = take(write, office)
    assert waiting(write, office).today[0].unit_id is None
    send(write, office, HandOver(Target(first.code, 1), office.civil_unit))
    take(write, office)
    assert waiting(write, office).today[0].unit_id == office.civil_unit


def test_the_day_in_figures_and_fees(write: "Session", office: Office) -> None:
    take(write, office, fee=Fee(8000, "paid", "cash"))
    take(write, office, fee=Fee(12000, "paid", "cash"))
    take(write, office, fee=Fee(5000, "paid", "transfer"))
    take(write, office, fee=Fee(3000, "due"))
    asked = replace(FACTS, procedure_code="2.000815", quantity=12, fee=Fee(24000, "paid", "cash"))
    command = ResolveAtOnce(ReceiveDossier(new_key(), office.ward, asked))
    resolve_at_once(write, command, actor=office.clerk, now=MORNING)
    wrong = take(write, office, fee=Fee(99000, "paid", "cash"))
    cancel(write, CancelReception(Target(wrong.code, 1), "nhập nhầm"), actor=office.clerk, now=CLOSING)
    take(write, office, at("Fri 2026-11-20 09:00"), fee=Fee(7000, "paid", "cash"))  # another day
    figures = daychecks.figures(write, office.ward, MONDAY, HANOI)
    assert (figures.received, figures.on_the_spot, figures.at_desk, figures.cancelled) == (5, 1, 4, 1)
    assert (figures.copies, figures.spot_copies) == (16, 12)  # of four whose copies are not counted one each
    fees = daychecks.fees(write, office.ward, MONDAY, HANOI)
    assert {(one.state, one.method): (one.dossiers, one.amount, one.copies) for one in fees} == {
        ("paid", "cash"): (3, 44000, 14), ("paid", "transfer"): (1, 5000, 1), ("due", None): (1, 3000, 1),
    }  # fmt: skip
    assert daychecks.fees(write, office.other, MONDAY, HANOI) == ()


def test_what_is_not_right_is_named(write: "Session", office: Office) -> None:
    bare = take(write, office, papers=())
    numberless = take(write, office, fee=Fee(3000, "due"))
    end = FinishDossier(Target(numberless.code, 1), ResultKind.GRANTED)
    finish(write, end, person=office.clerk, now=CLOSING)
    given = ReturnResult(Target(numberless.code, 2), "Nguyễn Văn An", ReturnMethod.COUNTER)
    return_result(write, given, person=office.clerk, now=CLOSING)
    take(write, office)  # nothing is wrong with this one
    faults = daychecks.faults(write, office.ward, MONDAY, HANOI)
    assert [(one.code, one.what) for one in faults] == [
        (bare.code, Mismatch.NO_PAPERS),
        (numberless.code, Mismatch.RETURNED_UNPAID),
        (numberless.code, Mismatch.NO_RESULT_NUMBER),
    ]
    assert daychecks.faults(write, office.other, MONDAY, HANOI) == ()


def test_each_number_of_the_sheet_is_a_list_of_its_dossiers(write: "Session", office: Office) -> None:
    old = take(write, office, at("Mon 2026-11-16 09:00"))
    paid = take(write, office, fee=Fee(8000, "paid", "cash"))
    bare, given = take(write, office, papers=()), take(write, office)
    wrong = take(write, office)
    cancel(write, CancelReception(Target(wrong.code, 1), "nhập nhầm"), actor=office.clerk, now=CLOSING)
    send(write, office, HandOver(Target(given.code, 1), office.land_unit))
    take_in = [row.code for row in listed(write, office, DayList.RECEIVED)]
    assert take_in == [paid.code, bare.code, given.code]
    assert len(take_in) == daychecks.figures(write, office.ward, MONDAY, HANOI).received
    waits = listed(write, office, DayList.WAITING)
    assert [(row.code, row.hand_over_by) for row in waits] == [
        (one.code, one.due_by) for one in waiting(write, office).today
    ]
    assert [row.code for row in waits] == [old.code, paid.code, bare.code]
    (handed,) = listed(write, office, DayList.HANDED)
    assert (handed.code, handed.handed_to, handed.handed_at, handed.confirmed_at) == (
        given.code, "Phòng Địa chính", CLOSING, None,
    )  # fmt: skip
    (fee,) = listed(write, office, DayList.FEES)
    assert (fee.code, fee.fee_state, fee.fee_method, fee.fee) == (paid.code, "paid", "cash", 8000)
    (fault,) = listed(write, office, DayList.FAULTS)
    assert (fault.code, fault.faults) == (bare.code, (Mismatch.NO_PAPERS,))


def test_the_lists_of_a_day_are_paged_either_way_round(write: "Session", office: Office) -> None:
    made = [take(write, office).code for _ in range(5)]
    at = the_day(write, office)
    for sort, expected in (("", made), ("-received", made[::-1]), ("code", made), ("-code", made[::-1])):
        found, after = [], ""
        while after or not found:
            page = daylists.page(write, DayList.RECEIVED, at, sort=sort, after=after, size=2)
            found += [row.code for row in page.rows]
            after = page.after
        assert found == expected


def test_a_dossier_for_another_agency_is_late_once_its_clock_has_run_out(
    write: "Session", office: Office
) -> None:
    theirs = take(write, office, resolving_agency_id=office.other)
    take(write, office)  # our own: no hand-over clock of the law
    found = waiting(write, office)
    at_closing, after = at("Mon 2026-11-23 17:00"), at("Mon 2026-11-23 17:01")
    assert dayclosing.late_handovers(found, office.ward, at_closing) == ()
    assert codes(dayclosing.late_handovers(found, office.ward, after)) == [theirs.code]
    for now, expected in ((at_closing, []), (after, [(theirs.code, (Mismatch.NOT_HANDED_OVER,))])):
        listed = daylists.page(write, DayList.FAULTS, the_day(write, office, now))
        assert [(one.code, one.faults) for one in listed.rows] == expected
    (row,) = [row for row in found.today if row.code == theirs.code]
    assert (row.units, row.unit_id) == (((dayclosing.WHOLE_AGENCY, "Xã Cam Lộ"),), dayclosing.WHOLE_AGENCY)
    (sent,) = send(write, office, HandOver(Target(theirs.code, 1), row.unit_id))
    assert sent.refused is None
    assert theirs.code not in codes(waiting(write, office).today)
    (given,) = dayclosing.handed_over(write, office.ward, MONDAY, HANOI)
    assert (given.agency, given.unit, given.dossiers, given.unconfirmed) == ("Xã Cam Lộ", None, 1, 1)


def test_the_slip_names_what_the_unit_takes(write: "Session", office: Office) -> None:
    made = [take(write, office, quantity=quantity) for quantity in (None, 12)]
    send(write, office, *(HandOver(Target(one.code, 1), office.land_unit) for one in made))
    taker = Taker(office.ward, office.land_unit)
    sheet = handover_sheet(write, office.ward, taker, MONDAY, clerk="Lê Thị Một Cửa", now=CLOSING)
    assert [line.code for line in sheet.lines] == [one.code for one in made]
    assert [(line.sets, line.papers) for line in sheet.lines] == [(1, 1), (1, 1)]
    data = handover_slip.slip_data(sheet)
    assert [row[2][-8:] for row in data["rows"]] == ["hôn nhân", "(12 bản)"]
    assert (data["title"], data["unit"], data["count"]) == ("Giấy bàn giao hồ sơ", "Phòng Địa chính", "02")
    assert handover_slip.render(sheet).startswith(b"%PDF-")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_no_read_of_the_day_walks_through_the_register(write: "Session", office: Office) -> None:
    """Every read is served by an index on the desk, the unit or the day."""
    ran: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        ran.append((statement, parameters))

    connection = write.connection()
    event.listen(connection, "before_cursor_execute", note)
    waiting(write, office)
    dayclosing.handed_over(write, office.ward, MONDAY, HANOI)
    daychecks.figures(write, office.ward, MONDAY, HANOI)
    daychecks.fees(write, office.ward, MONDAY, HANOI)
    daychecks.faults(write, office.ward, MONDAY, HANOI)
    digit_keys(write, office.ward, CLOSING)
    for which in DayList:
        daylists.page(write, which, the_day(write, office))
        daylists.count(write, which, the_day(write, office))
    event.remove(connection, "before_cursor_execute", note)
    reads = [(statement, given) for statement, given in ran if "FROM dossier" in statement]
    assert len(reads) > 8
    walked = [
        (step, statement)
        for statement, given in reads
        for *_, step in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, given)
        if step.startswith(("SCAN dossier", "SCAN handover"))
    ]
    assert not walked, walked
