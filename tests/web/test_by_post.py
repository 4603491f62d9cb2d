"""Results by post or online: asked for at reception, told on receipt, book and look-up, not waited for."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.support.moments import at
from tests.web.test_reception import Visit, desk, dossiers, form, now, words
from tthc_tracker import clock
from tthc_tracker.channels.applicanttext import write_applicant_letter
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import ResultKind
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.person import Person
from tthc_tracker.printouts.receipt import receipt_data
from tthc_tracker.queries import applicantmail, personexport, registers, resultreminders
from tthc_tracker.queries.printouts import receipt_sheet
from tthc_tracker.services import registers as book
from tthc_tracker.services import release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.release import FinishDossier, RemindApplicant
from tthc_tracker.wording.registers import EVERY

if TYPE_CHECKING:
    from tests.support.desk import Office

__all__ = ["desk", "now"]  # fixtures

ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
WHERE = "12 phố Chim Canary, phường Đông Hà"
CODE = "H50.19000-261123-0001"
WAITING = "/ket-qua-cho-tra"
POSTED = {"return_way": "post", "post_address": WHERE}
AT_ONCE = {"procedure": "2.000815", "procedure_text": "Chứng thực bản sao", "at_once": "1"}


def finish(office: "Office", code: str) -> None:
    with database.transaction() as session:
        done = FinishDossier(Target(code, None), ResultKind.GRANTED)
        release.finish(session, done, person=office.clerk, now=clock.now())


def stored() -> tuple[bool, str | None]:
    with database.reading() as session:
        statement = select(Dossier.by_post, Person.post_address).join(
            Person, Person.id == Dossier.applicant_id
        )
        by_post, address = session.execute(statement).one()
        return by_post, address


@ONE_ENGINE
def test_it_is_asked_for_at_the_desk_with_an_address(desk: Visit) -> None:
    assert desk.receive(**POSTED).status_code == 303
    assert stored() == (True, WHERE)


@ONE_ENGINE
def test_without_another_address_it_goes_to_the_applicants_own(desk: Visit) -> None:
    desk.receive(return_way="post")
    assert stored() == (True, "Thôn 1")


@ONE_ENGINE
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"return_way": "post", "address": ""}, "Hãy ghi địa chỉ nhận kết quả", id="nowhere to"),
        pytest.param(
            {"post_address": WHERE}, "hãy chọn “Qua bưu chính”, hoặc xoá địa chỉ", id="an address unasked"
        ),
        pytest.param(POSTED | {"post_address": "x" * 301}, "Dài quá 300 ký tự", id="too long"),
        pytest.param(
            POSTED | AT_ONCE,
            "Giải quyết ngay là trả tại quầy",
            id="at once",
        ),
        pytest.param(
            {"return_way": "portal"} | AT_ONCE,
            "Giải quyết ngay là trả tại quầy",
            id="online at once",
        ),
        pytest.param(POSTED | {"return_way": "portal"}, "hoặc xoá địa chỉ", id="both"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    desk: Visit, typed: dict[str, str], said: str
) -> None:
    answer = desk.receive(**typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert typed.get("post_address", "") in answer.text
    assert dossiers() == []


def test_the_receipt_the_book_and_the_history_know_it(desk: Visit) -> None:
    desk.receive(**POSTED)
    (dossier,) = dossiers()
    with database.transaction() as session:
        book.number(session, desk.office.ward, 2026, clock.now().tzinfo)
    with database.reading() as session:
        sheet = receipt_sheet(session, dossier.id)
        (line,) = registers.lines(session, desk.office.ward, 2026, after=0, most=9)
        facts = [str(one) for one in session.execute(select(DossierEvent.facts)).scalars()]
    where = {one["label"]: one["value"] for one in receipt_data(sheet, "a5")["lines"]}[
        "Đăng ký nhận kết quả tại"
    ]
    assert where == f"Qua dịch vụ bưu chính công ích, đến: {WHERE}"
    assert {column.key: column.text(line) for column in EVERY}["method"] == "Đăng ký qua bưu chính"
    assert not any(WHERE in one for one in facts)


@ONE_ENGINE
def test_a_correction_takes_it_back_and_keeps_the_address_apart_from_the_event(desk: Visit) -> None:
    desk.receive(**POSTED)
    page = desk.get(f"/ho-so/{CODE}/sua-tiep-nhan").text
    assert f'value="{WHERE}"' in page
    fields = form(desk, key="0" * 32, version="1", reason="đến nhận")
    assert desk.post(f"/ho-so/{CODE}/sua-tiep-nhan", fields).status_code in {302, 303}
    assert stored() == (False, None)
    shown = words(desk.get(f"/ho-so/{CODE}"))
    assert "địa chỉ nhận kết quả qua bưu chính" in shown
    assert WHERE not in shown  # masked like every address of a person
    with database.reading() as session:
        facts = (
            session.execute(select(DossierEvent.facts).order_by(DossierEvent.seq.desc())).scalars().first()
        )
    assert "post_address" not in (facts or {})


def test_it_waits_for_the_desk_and_not_for_its_applicant(desk: Visit) -> None:
    desk.receive(**POSTED, email="an@nguoidan.test")
    desk.receive(abstract="lần hai", email="an@nguoidan.test")
    collected = CODE[:-1] + "2"
    for code in (CODE, collected):
        finish(desk.office, code)
    for way, codes in (("", [CODE, collected]), ("post", [CODE]), ("desk", [collected])):
        page = desk.get(f"{WAITING}?cach={way}").text
        assert [code for code in (CODE, collected) if code in page] == codes
    assert "Gửi qua bưu chính" in words(desk.get(WAITING))
    assert WHERE not in desk.get(WAITING).text
    with database.transaction() as session:
        session.execute(
            update(Dossier).values(closed_at=at("Tue 2026-11-10 09:00"), accepted_at=None, accepted_on=None)
        )
        found = resultreminders.due(session, [desk.office.ward], clock.now(), 9)
        assert [one.dossier.code for one in found] == [collected]
        ask = RemindApplicant(Target(CODE, None))
        with pytest.raises(InvalidInput, match="bưu chính"):
            release.remind(session, ask, person=desk.office.clerk, now=clock.now(), mail_domain="tthc.test")


@ONE_ENGINE
def test_it_is_returned_by_post_unasked_and_the_citizen_is_not_called_to_the_desk(desk: Visit) -> None:
    desk.receive(**POSTED)
    looked = {"code": CODE, "number": "001234"}
    finish(desk.office, CODE)
    page = desk.get(f"/ho-so/{CODE}").text
    assert '<option selected value="post">' in page or '<option value="post" selected>' in page
    told = words(desk.post("/tra-cuu", looked))
    assert "Kết quả được gửi qua bưu chính" in told
    assert WHERE not in told


def test_a_result_asked_for_online_is_told_everywhere_and_nobody_is_called_for_it(desk: Visit) -> None:
    assert desk.receive(return_way="portal", email="an@nguoidan.test").status_code == 303
    (dossier,) = dossiers()
    assert (dossier.by_portal, dossier.by_post) == (True, False)
    with database.transaction() as session:
        book.number(session, desk.office.ward, 2026, clock.now().tzinfo)
    with database.reading() as session:
        lines = receipt_data(receipt_sheet(session, dossier.id), "a5")["lines"]
        (line,) = registers.lines(session, desk.office.ward, 2026, after=0, most=9)
    assert "Trực tuyến, qua Cổng dịch vụ công" in [one["value"] for one in lines]
    assert {column.key: column.text(line) for column in EVERY}["method"] == "Đăng ký trực tuyến"
    finish(desk.office, CODE)
    page = desk.get(f"/ho-so/{CODE}").text
    assert '<option selected value="online">' in page or '<option value="online" selected>' in page
    assert "Nhận kết quả Trực tuyến, qua Cổng dịch vụ công" in words(desk.get(f"/ho-so/{CODE}"))
    for way, shown in (("", True), ("portal", True), ("post", False), ("desk", False)):
        assert (CODE in desk.get(f"{WAITING}?cach={way}").text) is shown
    assert "Kết quả được trả trực tuyến" in words(desk.post("/tra-cuu", {"code": CODE, "number": "001234"}))
    with database.reading() as session:
        mail = applicantmail.content(session, ApplicantLetter.RESULT_READY, dossier.id)
        assert mail is not None
        letter = write_applicant_letter(mail, public_url="https://tthc.test", secret="s" * 32)
    assert "kết quả được trả trực tuyến, qua Cổng dịch vụ công" in letter.text
    assert "Không cần đến nhận" in letter.text
    ask = RemindApplicant(Target(CODE, None))
    with database.transaction() as session, pytest.raises(InvalidInput, match="trực tuyến"):
        release.remind(session, ask, person=desk.office.clerk, now=clock.now(), mail_domain="tthc.test")


@ONE_ENGINE
def test_a_correction_takes_it_online_and_says_so_in_the_history(desk: Visit) -> None:
    desk.receive(**POSTED)
    fields = form(desk, key="0" * 32, version="1", reason="đổi ý", return_way="portal")
    assert desk.post(f"/ho-so/{CODE}/sua-tiep-nhan", fields).status_code in {302, 303}
    assert stored() == (False, None)
    assert dossiers()[0].by_portal
    assert "Nhận kết quả trực tuyến" in words(desk.get(f"/ho-so/{CODE}"))
    assert 'value="portal" selected' in desk.get(f"/ho-so/{CODE}/sua-tiep-nhan").text


@ONE_ENGINE
def test_whoever_asks_what_is_held_on_him_gets_the_address_too(desk: Visit) -> None:
    assert "post_address" in personexport.PartyRecord.__dataclass_fields__
    assert "post_address" in personexport.PARTY
