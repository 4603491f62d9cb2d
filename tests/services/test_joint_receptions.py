"""Several dossiers of one person on one receipt: who belongs there, and who does not."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.printouts.joint_receipt import joint_data
from tthc_tracker.queries.jointreceipts import joint_sheet, together
from tthc_tracker.services.acting import Target
from tthc_tracker.services.reception import ReceiveDossier, Reception, receive
from tthc_tracker.services.receptionchanges import CancelReception, cancel
from tthc_tracker.services.sameday import ResolveAtOnce, resolve_at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONDAY = at("Mon 2026-11-23 14:00")
AN = Party("Nguyễn Văn An", id_number="045090001234", phone="0912345678")


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def take(session: "Session", office: Office, along_with: str = "", **more: Any) -> Reception:
    facts = ReceptionFacts(more.pop("procedure", "1.004873"), more.pop("filer", AN))
    command = ReceiveDossier(new_key(), more.pop("desk", office.ward), facts, along_with=along_with)
    actor, now = more.pop("actor", office.clerk), more.pop("now", MONDAY)
    return receive(session, command, actor=actor, now=now)


def test_a_person_with_three_dossiers_gets_one_receipt(write: "Session", office: Office) -> None:
    first = take(write, office)
    second = take(write, office, first.code, procedure="2.000815")
    third = take(write, office, second.code)  # along with the second, which is along with the first
    codes = (first.code, second.code, third.code)
    for made in (first, second, third):
        assert together(write, made.dossier_id, EVERYTHING) == codes
    sheet = joint_sheet(write, first.dossier_id, EVERYTHING)
    assert tuple(line.code for line in sheet.lines) == codes
    data = joint_data(sheet, "a5")
    assert {"label": "Số lượng hồ sơ", "value": "03 (kèm theo danh sách)"} in data["lines"]
    assert [row[1] for row in data["rows"]] == list(codes)


def test_a_dossier_alone_is_on_its_own_receipt(write: "Session", office: Office) -> None:
    assert together(write, take(write, office).dossier_id, EVERYTHING) == ()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"filer": Party("Trần Thị Bình", id_number="045190001234")}, id="another person"),
        pytest.param({"filer": Party("Nguyễn Văn An", id_number="045090009999")}, id="another of that name"),
        pytest.param({"now": at("Wed 2026-11-25 08:00")}, id="another day"),
    ],
)
def test_what_does_not_belong_there_has_its_own(
    write: "Session", office: Office, other: dict[str, Any]
) -> None:
    first = take(write, office)
    second = take(write, office, first.code, **other)
    assert together(write, second.dossier_id, EVERYTHING) == ()


@pytest.mark.parametrize("code", ["H50.19000-261123-9999", "", "x" * 300])
def test_a_code_of_nothing_joins_nothing(write: "Session", office: Office, code: str) -> None:
    assert together(write, take(write, office, code).dossier_id, EVERYTHING) == ()


def test_another_desk_joins_nothing_of_ours(write: "Session", office: Office) -> None:
    first = take(write, office)
    made = take(write, office, first.code, desk=office.other, actor=office.stranger)
    assert together(write, made.dossier_id, EVERYTHING) == ()
    assert together(write, first.dossier_id, EVERYTHING) == ()


def test_a_cancelled_dossier_leaves_the_receipt(write: "Session", office: Office) -> None:
    first = take(write, office)
    second = take(write, office, first.code)
    third = take(write, office, first.code)
    cancel(write, CancelReception(Target(second.code, None), "nhập nhầm"), actor=office.clerk, now=MONDAY)
    assert together(write, first.dossier_id, EVERYTHING) == (first.code, third.code)


def test_what_was_given_on_the_spot_needs_no_line_but_keeps_the_others_together(
    write: "Session", office: Office
) -> None:
    first = take(write, office)
    asked = ReceiveDossier(new_key(), office.ward, ReceptionFacts("2.000815", AN), along_with=first.code)
    given = resolve_at_once(write, ResolveAtOnce(asked), actor=office.clerk, now=MONDAY)
    third = take(write, office, given.code)
    assert together(write, given.dossier_id, EVERYTHING) == (first.code, third.code)


def test_a_viewer_reads_only_what_he_may_see(write: "Session", office: Office) -> None:
    first = take(write, office)
    take(write, office, first.code)
    assert together(write, first.dossier_id, office.stranger.scope) == ()
