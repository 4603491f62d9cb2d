"""Papers through the screens: copies counted, what was printed seen again, books of desks."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tests.support.screens import HOST
from tests.web.test_online import at_the_desk
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.jobs.exporting import write_exports
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.keptlist import ListExport
from tthc_tracker.models.printing import PrintedContent, PrintedSlip, RegisterLine
from tthc_tracker.services import exports, printing, reception
from tthc_tracker.services.reception import ReceiveDossier

BOOK = "/so-theo-doi"
NOW = at("Tue 2026-11-17 09:30")
ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def office(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    stopped = tmp_path / "clock"
    stopped.write_text(NOW.isoformat())
    monkeypatch.setattr("tthc_tracker.clock._TEST_CLOCK", str(stopped))
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def clerk(app: Flask, office: Office) -> FlaskClient:
    return at_the_desk(app, office.clerk.user_id)


def received(office: Office, name: str = "Nguyễn Thị Phương Thảo") -> str:
    facts = ReceptionFacts("1.004873", Party(name, id_number="044093001234"))
    with database.transaction() as session:
        command = ReceiveDossier(new_key(), office.ward, facts, NOW)
        return reception.receive(session, command, actor=office.clerk, now=NOW).code


@ONE_ENGINE
def test_what_was_printed_is_seen_again_until_it_is_erased(clerk: FlaskClient, office: Office) -> None:
    code = received(office)
    for _ in range(2):
        assert clerk.get(f"/ho-so/{code}/giay-tiep-nhan.pdf", base_url=HOST).data.startswith(b"%PDF-")
    assert clerk.get(f"/ho-so/{code}/phieu-kiem-soat.pdf?size=a4", base_url=HOST).data.startswith(b"%PDF-")
    page = clerk.get(f"/ho-so/{code}/ban-in", base_url=HOST).text
    assert page.index("Phiếu kiểm soát quá trình") < page.index("Bản in lại lần 1")
    assert page.count("Bản đầu") == 2
    with database.reading() as session:
        slips = session.execute(select(PrintedSlip).order_by(PrintedSlip.id)).scalars().all()
        assert [(slip.kind, slip.copy, slip.size) for slip in slips] == [
            ("receipt", 1, "a5"), ("receipt", 2, "a5"), ("control_slip", 1, "a4"),
        ]  # fmt: skip
        assert slips[0].content_id == slips[1].content_id
        noted = session.execute(select(AuditEntry).where(AuditEntry.action == "control_slip_printed"))
        assert noted.scalar_one().facts["sha256"] == slips[2].sha256
        bodies = b"".join(session.execute(select(PrintedContent.body)).scalars())
    assert b"tra-cuu#t=" not in bodies
    address = f"/ho-so/{code}/ban-in/{slips[0].id}.pdf"
    assert clerk.get(address, base_url=HOST).data.startswith(b"%PDF-")
    with database.transaction() as session:
        noted = session.execute(select(AuditEntry).where(AuditEntry.action == "printed_slip_viewed"))
        assert noted.scalar_one().object_id == code
        printing.forget(session, tuple(session.execute(select(printing.PrintedAbout.dossier_id)).scalars()))
    assert clerk.get(address, base_url=HOST).status_code == 404
    assert "Nội dung đã xoá theo yêu cầu" in clerk.get(f"/ho-so/{code}/ban-in", base_url=HOST).text


@ONE_ENGINE
def test_a_short_book_is_printed_at_once_and_numbered(app: Flask, clerk: FlaskClient, office: Office) -> None:
    for _ in range(2):
        received(office)
    form = {"co_quan": "H50.19000", "nam": "2026", "reason": "kiểm tra quý"}
    told = clerk.post(BOOK, base_url=HOST, data=form | {"cot": ["owner", "due"]})
    assert told.data.startswith(b"%PDF-")
    with database.reading() as session:
        numbers = session.execute(select(RegisterLine.number).order_by(RegisterLine.number)).scalars().all()
        noted = session.execute(
            select(AuditEntry).where(AuditEntry.action == "register_printed")
        ).scalar_one()
        slip = session.execute(select(PrintedSlip)).scalar_one()
    assert numbers == [1, 2]
    assert noted.facts["sha256"] == slip.sha256 == hashlib.sha256(told.data).hexdigest()
    assert (noted.facts["reason"], noted.facts["dossiers"]) == ("kiểm tra quý", 2)
    assert noted.facts["columns"] == ["number", "code", "owner", "due"]
    for wrong in ({"reason": ""}, {"nam": "2031"}, {"nam": "9" * 400}, {"co_quan": "H50.20000"}):
        answer = clerk.post(BOOK, base_url=HOST, data=form | wrong)
        assert answer.status_code == 422
        assert "Chưa in được" in answer.text
    auditor = at_the_desk(app, office.auditor.user_id)
    assert auditor.get(BOOK, base_url=HOST).status_code == 403


@ONE_ENGINE
def test_a_long_book_is_written_in_the_background_volume_by_volume(
    app: Flask, clerk: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        received(office)
    monkeypatch.setattr("tthc_tracker.web.printing.books.AT_ONCE", 2)
    monkeypatch.setattr("tthc_tracker.services.exports.BOOK_IN_ONE", 2)
    monkeypatch.setattr("tthc_tracker.jobs.books.LINES", 2)
    form = {"co_quan": "H50.19000", "nam": "2026", "reason": "khoá sổ"}
    answer = clerk.post(BOOK, base_url=HOST, data=form)
    assert answer.location == "/xuat-tep"
    assert "Đang tạo" in clerk.get("/xuat-tep", base_url=HOST).text
    work = Work(
        public_url="https://localhost", mail_from="a@tthc.test", smtp_url="", var=app.config["SETTINGS"].var
    )
    assert write_exports(work) == {"files": 1, "rows": 3}
    page = clerk.get("/xuat-tep", base_url=HOST).text
    assert "Sổ theo dõi hồ sơ" in page
    file = clerk.get("/xuat-tep/1/tep", base_url=HOST)
    with zipfile.ZipFile(io.BytesIO(file.data)) as book:
        names = book.namelist()
        assert names == ["so-theo-doi-2026-quyen-01.pdf", "so-theo-doi-2026-quyen-02.pdf"]
        assert all(book.read(name).startswith(b"%PDF-") for name in names)
    with database.reading() as session:
        slip = session.execute(select(PrintedSlip)).scalar_one()
    assert (slip.kind, slip.content_id) == ("register_book", None)
    assert slip.sha256 == hashlib.sha256(file.data).hexdigest()


@ONE_ENGINE
def test_who_has_lost_the_right_gets_no_book(app: Flask, clerk: FlaskClient, office: Office) -> None:
    received(office)
    with database.transaction() as session:
        user_id = office.stranger.user_id
        exports.request_book(session, "H50.19000", 2026, (), "xem", 900, user_id=user_id, now=NOW)
    work = Work(public_url="", mail_from="", smtp_url="", var=app.config["SETTINGS"].var)
    assert write_exports(work) == {"files": 0, "rows": 0}
    with database.reading() as session:
        export = session.execute(select(ListExport)).scalar_one()
        assert (export.status, export.error) == ("failed", "Tài khoản không còn quyền in sổ của cơ quan này.")
        assert session.execute(select(RegisterLine)).first() is None
