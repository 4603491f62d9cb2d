"""Papers through the screens: copies counted, what was printed seen again, books of desks."""

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
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.printing import PrintedContent, PrintedSlip
from tthc_tracker.services import printing, reception
from tthc_tracker.services.reception import ReceiveDossier

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
