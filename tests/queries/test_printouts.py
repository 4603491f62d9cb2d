"""The frozen sheet of a receipt."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.receptionfacts import Fee, Paper, Party, ReceptionFacts
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.setting import Setting
from tthc_tracker.printouts.receipt import _lines
from tthc_tracker.queries.printouts import heading_on, receipt_sheet
from tthc_tracker.services.processes import load_processes
from tthc_tracker.services.reception import ReceiveDossier, receive
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.wording.formats import spoken_moment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONDAY = at("Mon 2026-11-23 14:00")
FACTS = ReceptionFacts(
    "1.004873",
    Party("Nguyễn Văn An", id_number="045090001234", phone="0912345678", address="Thôn 1"),
    papers=(Paper("Tờ khai", originals=1),),
    fee=Fee(8000, "paid", "cash"),
)


@pytest.fixture
def office(write: "Session") -> Office:
    return open_office(write)


def take(session: "Session", office: Office, facts: ReceptionFacts = FACTS) -> int:
    command = ReceiveDossier(new_key(), office.ward, facts)
    return receive(session, command, actor=office.clerk, now=MONDAY).dossier_id


def test_a_sheet_holds_all_that_is_printed(write: "Session", office: Office) -> None:
    sheet = receipt_sheet(write, take(write, office))
    assert (sheet.agency, sheet.superior) == ("Phường Đông Hà", "Uỷ ban nhân dân tỉnh")
    assert (sheet.desk, sheet.clerk) == ("Bộ phận Tiếp nhận và Trả kết quả", "Lê Thị Một Cửa")
    assert (sheet.accepted_at, sheet.due_at) == (MONDAY, at("Fri 2026-11-27 14:00"))
    assert (sheet.applicant.name, sheet.applicant.kind) == ("Nguyễn Văn An", ApplicantKind.CITIZEN)
    assert (sheet.owner, sheet.papers, sheet.fee) == (None, FACTS.papers, FACTS.fee)
    assert (sheet.procedure_code, str(sheet.limit)) == ("1.004873", "3 working_day")
    assert sheet.resolving == sheet.returning == sheet.agency


def test_an_owner_and_the_agencies_are_named(write: "Session", office: Office) -> None:
    facts = replace(FACTS, owner=Party("Nguyễn An Nhiên"), returning_agency_id=office.other)
    sheet = receipt_sheet(write, take(write, office, facts))
    assert sheet.owner is not None
    assert (sheet.owner.name, sheet.returning) == ("Nguyễn An Nhiên", "Xã Cam Lộ")


def test_between_agencies_both_dates_are_printed(write: "Session", office: Office) -> None:
    steps = "procedure,step,name,holder,unit,amount,limit_unit\n1.004873,1,Tiếp nhận,desk,,4,working_hour\n"
    steps += "1.004873,2,Thẩm định,unit,,1,working_day\n1.004873,3,Ký duyệt,leader,,8,working_hour\n"
    load_processes(write, steps, actor_id=None, now=MONDAY)
    assert receipt_sheet(write, take(write, office)).resolving_due_at is None, "one agency does it all"
    sheet = receipt_sheet(write, take(write, office, replace(FACTS, resolving_agency_id=office.other)))
    assert sheet.due_at == at("Fri 2026-11-27 14:00")
    # 4 hours from Mon 14:00 end on Wed 08:00 (the 24th is a day off), a day and 8 hours later it is Fri 08:00
    assert sheet.resolving_due_at == at("Fri 2026-11-27 08:00")
    assert ("Trong đó, hạn tại cơ quan giải quyết", spoken_moment(sheet.resolving_due_at)) in _lines(sheet)


def test_the_desk_bears_the_name_that_is_set_for_it(write: "Session", office: Office) -> None:
    name = "Trung tâm Phục vụ hành chính công"
    write.add(
        Setting(
            name="desk_name", agency_id=office.ward, agency_key=office.ward,
            valid_from=on("Tue 2025-07-01"), value=name,
        )
    )  # fmt: skip
    raise_revision(write, "settings")
    assert receipt_sheet(write, take(write, office)).desk == name


def test_a_form_bears_the_basis_of_its_day_and_none_that_is_not_confirmed(
    write: "Session", office: Office
) -> None:
    before, after = on("Mon 2025-06-30"), on("Tue 2025-07-01")
    assert heading_on(write, "receipt", before).basis == "Thông tư số 01/2018/TT-VPCP"
    assert heading_on(write, "receipt", after).basis == ""
    with pytest.raises(NotFound):
        heading_on(write, "no-such-form", after)


def test_a_dossier_that_was_never_accepted_has_no_receipt(write: "Session", office: Office) -> None:
    dossier_id = take(write, office)
    dossier = write.get_one(Dossier, dossier_id)
    dossier.accepted_at = dossier.accepted_on = None
    for missing in (dossier_id, 1):
        with pytest.raises(NotFound):
            receipt_sheet(write, missing)
    write.rollback()


def test_a_promise_without_a_limit_is_printed_without_one(write: "Session", office: Office) -> None:
    dossier_id = take(write, office)
    dossier = write.get_one(Dossier, dossier_id)
    dossier.limit_amount = None
    dossier.received_by_id = None
    sheet = receipt_sheet(write, dossier_id)
    assert (sheet.limit, sheet.clerk) == (None, "")
