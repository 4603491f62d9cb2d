"""`flask deadlines explain`: a stored date reckoned again, and what it says when it is another."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from tests.support.desk import new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.services.reception import ReceiveDossier, receive

RECEIVED = at("Mon 2026-11-23 14:00")
DUE = "2026-11-27T14:00+07:00"  # the 24th is a day off

Explain = Callable[..., Result]


@pytest.fixture
def code(app: Flask) -> str:
    facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="045090001234"))
    with database.transaction() as session:
        office = open_office(session)
        command = ReceiveDossier(new_key(), office.ward, facts)
        return receive(session, command, actor=office.clerk, now=RECEIVED).code


@pytest.fixture
def explain(app: Flask) -> Explain:
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["deadlines", "explain", *arguments])


def change(code: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(update(Dossier).where(Dossier.code == code).values(**values))


def test_the_working_is_told_day_by_day_and_agrees_with_what_is_stored(explain: Explain, code: str) -> None:
    result = explain(code)
    assert result.exit_code == 0, result.output
    for words in (
        f"{code}: tiếp nhận 14:00 23/11/2026, thời hạn 3 ngày làm việc",
        "Ngày bắt đầu không tính",
        "24/11/2026",
        "Hẹn trả: 14:00 27/11/2026",
        "Quá hạn từ: 00:00 28/11/2026",
        "Khớp với ngày đang lưu.",
    ):
        assert words in result.stdout


def test_json_holds_both_and_the_steps(explain: Explain, code: str) -> None:
    answer = json.loads(explain(code, "--format", "json").stdout)
    assert (answer["code"], answer["same"], answer["given"]) == (code, True, False)
    assert answer["limit"] == {"amount": "3", "unit": "working_day"}
    assert answer["stored"] == answer["reckoned"]
    assert answer["stored"]["due_at"] == answer["stored"]["current_due_at"] == DUE
    assert [set(step) for step in answer["steps"]] == [{"when", "what", "amount", "kind"}] * len(
        answer["steps"]
    )


def test_a_stored_date_that_nobody_reckoned_is_found_out(explain: Explain, code: str) -> None:
    change(code, due_at=at("Mon 2026-11-30 14:00"))
    result = explain(code)
    assert result.exit_code == 1
    assert "KHÁC với ngày đang lưu:" in result.stdout
    assert "Hạn theo luật: đang lưu 14:00 30/11/2026" in result.stdout
    answer = json.loads(explain(code, "--format", "json").stdout)
    assert (answer["same"], answer["differences"]) == (False, ["due_at"])


def test_a_promise_taken_as_given_is_not_reckoned(explain: Explain, code: str) -> None:
    change(code, due_given=True)
    result = explain(code)
    assert (result.exit_code, "được giữ nguyên và không tính lại" in result.stdout) == (0, True)
    assert json.loads(explain(code, "--format", "json").stdout)["same"] is None


def test_what_was_never_promised_has_nothing_to_explain(explain: Explain, code: str) -> None:
    change(code, accepted_at=None, accepted_on=None, channel=Channel.ONLINE)
    result = explain(code)
    assert (result.exit_code, "chưa có ngày hẹn trả" in result.stdout) == (0, True)


def test_an_open_pause_leaves_the_date_projected(explain: Explain, code: str) -> None:
    with database.transaction() as session:
        number = session.execute(select(Dossier.id).where(Dossier.code == code)).scalar_one()
        session.add(
            Pause(dossier_id=number, policy=PausePolicy.RESUME, reason="payment",
                  started_at=at("Wed 2026-11-25 08:00"))
        )  # fmt: skip
    change(code, paused_since=at("Wed 2026-11-25 08:00"))
    clock = pytest.MonkeyPatch()
    with clock.context() as patch:
        patch.setattr("tthc_tracker.cli.deadlines.clock.minute", lambda: at("Thu 2026-11-26 08:00"))
        result = explain(code)
    assert result.exit_code == 0, result.output
    assert "đang tạm dừng" in result.stdout


def test_a_code_that_is_none_and_a_year_out_of_reach_are_said(explain: Explain, code: str) -> None:
    missing = explain("khong-co")
    assert (missing.exit_code, missing.stderr.strip()) == (2, "Không có hồ sơ mã «khong-co».")
    beyond = at("Mon 2040-01-02 08:00")
    change(code, accepted_at=beyond, accepted_on=beyond.date())
    far = explain(code)
    assert (far.exit_code, "chưa có lịch làm việc năm" in far.stderr) == (2, True)
